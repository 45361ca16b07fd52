/**
 * Starts Node-RED with the pack and, in a fresh user directory, with a flow in which simulated calls become webhooks.
 * `PORT` chooses the port (1880), `USER_DIR` the folder that Node-RED keeps its data in (`.user-data` in the project).
 * Flows that are there are never touched.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packRoot } from './pack-root.mjs';

const SOURCES = ['package.json', 'tsconfig*.json', '{src,nodes,icons}/**'];

if (Number(process.versions.node.split('.')[0]) < 22) {
  fail(`Node-RED 5 needs Node.js 22, this is ${process.version}: start it with "npm start", which brings it along.`);
}
const port = readPort(process.env.PORT || '1880');
const userDir = resolve(packRoot, process.env.USER_DIR || '.user-data');
const url = `http://127.0.0.1:${port}`;
await claimPort();
if (needsBuild()) build();
prepareUserDir();
await runNodeRed();

function readPort(text) {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 65_535) fail(`PORT must be a number from 1 to 65535, not "${text}".`);
  return number;
}

/** Asks before anything else is done: a taken port is the likeliest thing to go wrong. */
async function claimPort() {
  const server = createServer();
  const error = await new Promise((done) => {
    server.once('error', done).listen(port, '127.0.0.1', () => server.close(() => done(undefined)));
  });
  if (error?.code === 'EADDRINUSE') fail(`Port ${port} is taken. Choose another: PORT=${port + 1} npm start`);
  if (error) fail(`Port ${port} cannot be used: ${error.message}`);
}

function needsBuild() {
  const built = join(packRoot, 'dist');
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  return globSync(SOURCES, { cwd: packRoot }).some((file) => statSync(join(packRoot, file)).mtimeMs > builtMs);
}

function build() {
  console.log('Building the pack …');
  const { status } = spawnSync(process.execPath, ['nodes/build.mjs'], { cwd: packRoot, stdio: 'inherit' });
  if (status !== 0) fail('The pack could not be built; the reason stands above.');
}

function prepareUserDir() {
  mkdirSync(userDir, { recursive: true });
  const secret = join(userDir, 'credential-secret');
  if (!existsSync(secret)) writeFileSync(secret, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  const flows = join(userDir, 'flows.json');
  if (!existsSync(flows)) copyFileSync(join(packRoot, 'scripts', 'demo-flow.json'), flows);
}

async function runNodeRed() {
  const exceptions = ['127.0.0.1', process.env.no_proxy || process.env.NO_PROXY || []].flat().join();
  const nodeRed = dirname(createRequire(import.meta.url).resolve('node-red/package.json'));
  const settings = join(packRoot, 'scripts', 'demo-settings.cjs');
  const child = spawn(process.execPath, [join(nodeRed, 'red.js'), '-u', userDir, '-s', settings], {
    // The address in the demo's endpoint is ${DEMO_URL}, so that it follows the port; no proxy could reach it.
    env: { ...process.env, DEMO_USER_DIR: userDir, DEMO_PORT: String(port), DEMO_URL: url, no_proxy: exceptions },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      stopping = true;
      child.kill('SIGTERM');
    });
  }
  child.on('exit', (code) => {
    if (!stopping) console.error('Node-RED has ended; the reason stands above.');
    process.exit(stopping ? 0 : code || 1);
  });
  while (!(await answers())) await pause(100);
  console.log(`\nNode-RED runs at ${url}`);
  console.log(
    'Open it and choose the Deliveries tab in the sidebar: calls arrive there as webhooks, some fail, and are sent again.',
  );
}

async function answers() {
  try {
    return (await fetch(`${url}/settings`)).ok;
  } catch {
    return false; // not yet
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
