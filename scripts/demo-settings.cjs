/** Settings of the Node-RED that `npm start` runs: on this machine only, with the pack as it is built here, asking nobody outside. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const { DEMO_USER_DIR, DEMO_PORT } = process.env;

// Whoever started this Node-RED is gone without having stopped it.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

module.exports = {
  uiHost: '127.0.0.1',
  uiPort: Number(DEMO_PORT),
  userDir: DEMO_USER_DIR,
  flowFile: 'flows.json',
  nodesDir: [join(__dirname, '..')],
  credentialSecret: readFileSync(join(DEMO_USER_DIR, 'credential-secret'), 'utf8').trim(),
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, palette: { catalogues: [] } },
  externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
  runtimeState: { enabled: true, ui: true },
  logging: { console: { level: 'error', metrics: false, audit: false } },
};
