/**
 * Makes a fresh clone ready: the dependencies of the lock file, Node 22 among them, and with `--tests` a Chromium.
 * Runs on the Node.js that the machine has (20 or later) and says nothing when there is nothing to do.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { packRoot } from './pack-root.mjs';

const WANTED_NODE = 22;

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node.js 20 or later is needed; this is ${process.version}.`);
if (!dependenciesInstalled()) {
  console.log('Installing the dependencies (npm ci) …');
  if (!run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'])) {
    fail('npm could not install the dependencies; its own words stand above.');
  }
}
if (!hasOwnNode()) {
  console.log(`Installing Node.js ${WANTED_NODE} (npm rebuild node) …`);
  run('npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  if (!hasOwnNode()) {
    fail(
      `node_modules/.bin/node is not Node.js ${WANTED_NODE}. The package "node" fetches it when it is installed: ` +
        'allow its install script (npm config get ignore-scripts), remove node_modules and try again.',
    );
  }
}
if (process.argv.includes('--tests') && !findChromium()) installChromium();

/** True when every package that the lock file demands is there in its version; optional ones are npm's business. */
function dependenciesInstalled() {
  const wanted = readJson('package-lock.json');
  const installed = readJson(join('node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(wanted.packages).every(
    ([path, entry]) => path === '' || entry.optional || installed.packages[path]?.version === entry.version,
  );
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(packRoot, path), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function hasOwnNode() {
  const result = spawnSync(join(packRoot, 'node_modules', '.bin', 'node'), ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return result.status === 0 && result.stdout.startsWith(`v${WANTED_NODE}.`);
}

function installChromium() {
  if (process.env.CHROMIUM_PATH) fail(`CHROMIUM_PATH names no program: ${process.env.CHROMIUM_PATH}`);
  const advice = 'install Chromium or Chrome, or set CHROMIUM_PATH to the program, and try again.';
  if (process.platform !== 'linux' || !run('sh', ['-c', 'command -v apt-get >/dev/null'])) {
    fail(`The browser tests need Chromium, and none was found: ${advice}`);
  }
  if (process.getuid() !== 0) fail(`The browser tests need Chromium, and only root can install it here: ${advice}`);
  console.log('Installing Chromium (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = ['chromium', 'fonts-dejavu-core', 'fonts-liberation'];
  const done =
    run('apt-get', ['update', '-qq'], { env }) &&
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  if (!done || !findChromium()) fail(`apt-get could not install Chromium; its own words stand above. Else ${advice}`);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: packRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    ...options,
  });
  return result.status === 0;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
