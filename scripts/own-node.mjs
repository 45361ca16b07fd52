/**
 * Runs a script of the project on its own Node.js 22, whatever Node.js the machine has, and ends with it:
 * `node scripts/own-node.mjs scripts/demo.mjs`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packRoot } from './pack-root.mjs';

const PARENT_CHECK_MS = 500;

const [script, ...args] = process.argv.slice(2);
const child = spawn(join(packRoot, 'node_modules', '.bin', 'node'), [join(packRoot, script), ...args], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
const stop = () => child.kill('SIGTERM');
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, stop);
// Ctrl-C in a terminal reaches the script as well; it alone decides when all is done.
process.on('SIGINT', () => {});
// When npm is told to end, only the shell between it and this process hears of it.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid !== parent) stop();
}, PARENT_CHECK_MS);
child.on('error', (error) => {
  console.error(`The project's own Node.js does not start: ${error.message}`);
  process.exitCode = 1;
});
child.on('close', (code) => {
  clearInterval(watch);
  process.exitCode = code ?? 1;
});
