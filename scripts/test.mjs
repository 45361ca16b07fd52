/**
 * Runs everything that has to hold: the build, lint and type checks, then every test. Ends with what failed, once more and
 * in short, and the line `N passed, N failed`. A check that fails, a runner that crashes and a suite that runs nothing count as one failure each;
 * with CI set, a test that is skipped fails too, and one of real processes and browsers that failed is tried once more: a
 * machine may stand still for long. What passed at its second try is listed with its first error, for it is to be looked at.
 *
 * Arguments choose what runs: names of checks and suites (`unit`, `lint`), or parts of paths of test files. With `--long`,
 * tests that try as much as there is time for have a minute each, or TEST_SECONDS.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { findChromium } from './chromium.mjs';
import { packRoot } from './pack-root.mjs';

/** A suite that has not ended by then hangs. */
const LONGEST_MS = (process.argv.includes('--long') ? 12 * 60 : 18) * 60_000;
const bin = (path) => join(packRoot, 'node_modules', path);
const tsc = (project) => [bin('typescript/bin/tsc'), '-p', project];

const build = { name: 'build', command: ['nodes/build.mjs'] };
const checks = [
  { name: 'lint', command: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: tsc('tsconfig.json') },
  { name: 'types-library', command: tsc('src/tsconfig.json') },
  { name: 'types-panels', command: tsc('nodes/tsconfig.editor.json') },
];

const files = globSync('test/**/*.test.ts', { cwd: packRoot })
  .map((file) => file.split(sep).join('/'))
  .sort();
const within = (folder) => files.filter((file) => file.startsWith(`test/${folder}/`));
const apart = ['nodes', 'journeys', 'browser', 'house', 'fuzz', 'faults'];
const ofProcesses = ({ name }) => /^(browser|journeys|nodes)/.test(name);
const seesLog = (file) => /\/(deliveries|newcomer|source)[\w-]*\.test\.ts$/.test(file);
/** Longest first, so that none of them runs on alone in the end. */
const suites = [
  // In two, which run side by side: editors and browsers start slowly.
  { name: 'browser-panels', files: within('browser').filter((file) => !seesLog(file)) },
  { name: 'journeys', files: within('journeys') },
  { name: 'browser-log', files: within('browser').filter(seesLog) },
  { name: 'unit', files: files.filter((file) => !apart.some((folder) => file.startsWith(`test/${folder}/`))) },
  { name: 'faults', files: within('faults') },
  { name: 'nodes-5', files: within('nodes'), env: { NODE_RED: 'node-red' } },
  { name: 'nodes-4', files: within('nodes'), env: { NODE_RED: 'node-red-4' } },
  { name: 'fuzz', files: within('fuzz') },
  { name: 'house', files: within('house') },
];

if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error(`The tests need Node.js 22, this is ${process.version}: start them with "npm test".`);
  process.exit(1);
}
const isLong = process.argv.includes('--long');
const words = process.argv.slice(2).filter((word) => word !== '--long');
const chosenSuites = suites.map(chooseFiles).filter((suite) => suite.files.length > 0);
const chosenChecks = checks.filter(isChosen);
if (chosenSuites.length + chosenChecks.length === 0 && !isChosen(build)) {
  console.error(
    `Nothing here is called ${words.join(' ')}. There is: ${[build, ...checks, ...suites].map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), 'telephony-tests-'));
const total = { passed: 0, failed: 0 };
const failures = [];
const retried = [];
const jobs = [
  ...chosenSuites.map((suite) => () => runSuite(suite)),
  ...chosenChecks.map((check) => () => runCheck(check)),
];
/** With a single job to do, what it says is shown at once. */
const alone = jobs.length <= 1;
await runCheck(build);
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
rmSync(scratch, { recursive: true, force: true });
for (const first of retried) console.log(`↻ passed at its second try, the first said: ${first}`);
for (const failure of failures) console.log(`✖ ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function work() {
  for (let job = jobs.shift(); job; job = jobs.shift()) await job();
}

function isChosen({ name }) {
  return words.length === 0 || words.some((word) => name === word || name.replace(/-\w+$/, '') === word);
}

function chooseFiles(suite) {
  if (isChosen(suite)) return suite;
  return {
    ...suite,
    files: suite.files.filter((file) => words.some((word) => /[./]/.test(word) && file.includes(word))),
  };
}

async function runCheck({ name, command }) {
  const started = Date.now();
  const { code, output } = await run(name, command, {});
  if (code !== 0) failures.push(`${name} ended with ${code}`);
  count(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }, started, code === 0 ? '' : output);
}

async function runSuite(suite) {
  const { name, files: suiteFiles, env } = suite;
  const started = Date.now();
  const report = join(scratch, `${name}.json`);
  const command = [
    bin('mocha/bin/mocha.js'),
    '--reporter',
    join(packRoot, 'scripts', 'mocha-reporter.cjs'),
    '--forbid-only',
  ];
  if (process.env.CI) command.push('--forbid-pending', '--retries', ofProcesses(suite) ? '1' : '0');
  const { code, output } = await run(name, [...command, ...suiteFiles], {
    ...env,
    ...(isLong && { TEST_SECONDS: process.env.TEST_SECONDS ?? '60' }),
    TEST_REPORT: report,
    CHROMIUM_PATH: findChromium() ?? '',
  });
  const counts = readCounts(report);
  const wrong = whatWentWrong(counts, code);
  const failed = (counts?.failed ?? 0) + (wrong ? 1 : 0);
  if (wrong) failures.push(`${name}: ${wrong}`);
  const tell = ({ title, message }) => `${name}: ${title}: ${message.slice(0, 500)}`;
  const titles = new Set(counts?.failures.map(({ title }) => title));
  failures.push(...(counts?.failures ?? []).map(tell));
  retried.push(...(counts?.retried ?? []).filter(({ title }) => !titles.has(title)).map(tell));
  count(name, { passed: counts?.passed ?? 0, failed }, started, wrong ? `${output}\n${name}: ${wrong}\n` : output);
}

/** What the counts alone do not say. Undefined: nothing. */
function whatWentWrong(counts, code) {
  if (!counts) return `the test runner ended with ${code} and left no report`;
  if (counts.passed + counts.failed === 0) return 'no test ran';
  return code !== 0 && counts.failed === 0 ? `the test runner ended with ${code}` : undefined;
}

function readCounts(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined; // the runner did not come to its end
  }
}

function count(name, { passed, failed }, started, output) {
  total.passed += passed;
  total.failed += failed;
  if (!alone) process.stdout.write(output);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${failed > 0 ? '✖' : '✔'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
}

/** Runs a script on this Node.js. Its output is shown at once where nothing runs beside it, else kept together. */
function run(name, args, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: packRoot,
      env: { ...process.env, ...env },
      stdio: ['ignore', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    const timer = setTimeout(() => {
      output += `\n${name} did not end within ${LONGEST_MS / 60_000} minutes and was stopped.\n`;
      child.kill('SIGKILL');
    }, LONGEST_MS);
    child.on('error', (error) => (output += `${error.message}\n`));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal ?? 'an error', output });
    });
  });
}
