/**
 * Builds dist/: library and runtime as CommonJS by tsc, and for each folder below nodes/ what Node-RED looks for beside the
 * node's .js: its .html (form, help and the bundled panel), icon and locales. Leaves nothing behind that has no source.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'nodes');
const fresh = join(root, 'dist.new');
const finished = join(root, 'dist');
/** Texts and markup that panels share; the texts are added to every node's own. */
const shared = join(source, 'editor');
/** Texts that go to those only who show them: there are many. */
const SHARED_WORDS = [
  { name: 'catalogue', shownBy: 'catalogue-words.ts' },
  { name: 'sentences', shownBy: 'said.ts' },
];

await rm(fresh, { recursive: true, force: true });
const results = await Promise.allSettled([compile(), buildPage(), ...(await nodeFolders()).map(buildNode)]);
const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
for (const error of errors) console.error(error instanceof Error ? error.message : error);
if (errors.length > 0) {
  await rm(fresh, { recursive: true, force: true });
  process.exit(1);
}
await rm(finished, { recursive: true, force: true });
await rename(fresh, finished);

async function compile() {
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', fresh]);
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`tsc ended with ${code}`))));
  });
}

async function nodeFolders() {
  const entries = await readdir(source, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(source, entry.name, 'editor.ts')))
    .map((entry) => entry.name);
}

async function buildNode(type) {
  const from = join(source, type);
  const to = join(fresh, 'nodes', type);
  await mkdir(to, { recursive: true });
  const [form, help, styles, panel] = await Promise.all([
    optional(join(from, 'form.html')),
    optional(join(from, 'help.md')),
    existsSync(join(from, 'styles.css')) ? bundle(join(from, 'styles.css')) : undefined,
    bundle(join(from, 'editor.ts')),
  ]);
  const html = [
    styles && `<style>\n${styles.text}</style>`,
    form && `<script type="text/html" data-template-name="${type}">\n${await withParts(form)}</script>`,
    help &&
      `<script type="text/markdown" data-help-name="${type}">\n${await withProperties(help, form, from)}</script>`,
    `<script type="text/javascript">\n${panel.text}</script>`,
  ];
  await writeFile(join(to, `${type}.html`), `${html.filter(Boolean).join('\n\n')}\n`);
  await copyIcon(type, to);
  await writeLocales(
    type,
    from,
    to,
    SHARED_WORDS.filter(({ shownBy }) => panel.files.some((file) => file.endsWith(`/${shownBy}`))),
  );
}

/** The log as a page: one file that holds its styles and its script. */
async function buildPage() {
  const from = join(shared, 'deliveries');
  const to = join(fresh, 'nodes', 'telephony-deliveries-sidebar');
  const [page, styles, script] = await Promise.all([
    readFile(join(from, 'page.html'), 'utf8'),
    bundle(join(from, 'page.css')),
    bundle(join(from, 'page.ts')),
  ]);
  await mkdir(to, { recursive: true });
  const whole = page.replace('/* styles */', () => styles.text).replace('/* script */', () => script.text);
  await writeFile(join(to, 'page.html'), whole);
}

/** Replaces `<!-- part: name -->` by nodes/editor/name.html. */
async function withParts(form) {
  let whole = form;
  for (const [mark, name] of form.matchAll(/<!-- part: ([\w-]+) -->\n/g)) {
    whole = whole.replace(mark, await readFile(join(shared, `${name}.html`), 'utf8'));
  }
  return whole;
}

/** Adds to a help text what each field of the panel is for, in the panel's own words. */
async function withProperties(help, form, from) {
  const own = JSON.parse(await readFile(join(from, 'locales', 'en-US.json'), 'utf8'));
  const common = JSON.parse(await readFile(join(shared, 'locales', 'en-US.json'), 'utf8'));
  const inForm = [...(await withParts(form)).matchAll(/data-i18n="(\w+)\.label"/g)].map(([, name]) => name);
  const [first, ...rest] = inForm.filter((name) => name in common && !(name in own));
  const words = { ...common, ...own };
  const properties = [first, ...Object.keys(own), ...rest].filter((name) => words[name]?.label && words[name].tip);
  const lines = properties.map((name) => `- **${words[name].label}**: ${words[name].tip}\n`);
  const [before, after] = help.split(/(?=### References)/);
  return `${before}### Properties\n\n${lines.join('')}${after ? `\n${after}` : ''}`;
}

async function bundle(entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    minifySyntax: true,
    logLevel: 'silent',
  });
  // A closing tag inside a text would end the element that holds it.
  const text = outputFiles[0].text.replaceAll(/<\/(script|style)/gi, '<\\/$1');
  return { text, files: Object.keys(metafile.inputs) };
}

async function copyIcon(type, to) {
  const icon = join(root, 'icons', `${type}.svg`);
  if (!existsSync(icon)) return;
  await mkdir(join(to, 'icons'), { recursive: true });
  await cp(icon, join(to, 'icons', `${type}.svg`));
}

async function writeLocales(type, from, to, sharedWords) {
  const folder = join(from, 'locales');
  if (!existsSync(folder)) return;
  for (const file of await readdir(folder)) {
    const language = file.replace(/\.json$/, '');
    const own = JSON.parse(await readFile(join(folder, file), 'utf8'));
    const common = JSON.parse((await optional(join(shared, 'locales', file))) || '{}');
    const words = { ...common, ...own };
    for (const { name } of sharedWords) {
      const texts = await optional(join(shared, 'locales', name, file));
      if (texts) words[name] = JSON.parse(texts);
    }
    const target = join(to, 'locales', language);
    await mkdir(target, { recursive: true });
    await writeFile(join(target, `${type}.json`), `${JSON.stringify(words, null, 2)}\n`);
  }
}

async function optional(file) {
  return existsSync(file) ? readFile(file, 'utf8') : '';
}
