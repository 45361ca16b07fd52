/** What npm would ship, and what Node-RED is told about it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read, root, trackedFiles } from './source-files';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
  readonly dependencies: Record<string, string>;
  readonly 'node-red': {
    readonly version: string;
    readonly nodes: Record<string, string>;
    readonly plugins: Record<string, string>;
  };
}

interface Locked {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Record<string, string>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const { nodes, plugins } = manifest['node-red'];

/** Folders of nodes/ that hold something for the palette or the sidebar. */
const folders = readdirSync(join(root, 'nodes')).filter((name) => existsSync(join(root, 'nodes', name, `${name}.ts`)));
const isConfigNode = (type: string): boolean => /category: 'config'/.test(read(`nodes/${type}/editor.ts`));

/** The packages that come along with the pack, as the lock file has them. */
function installed(): ReadonlyMap<string, Locked> {
  const found = new Map<string, Locked>();
  const visit = (from: string, names: Record<string, string> = {}): void => {
    for (const name of Object.keys(names)) {
      const path = [`${from}/node_modules/${name}`, `node_modules/${name}`].find((one) => Object.hasOwn(packages, one));
      const entry = packages[path ?? ''];
      assert.ok(path && entry, `${name} is not in the lock file`);
      if (found.has(path)) continue;
      found.set(path, entry);
      visit(path, entry.dependencies);
    }
  };
  visit('', manifest.dependencies);
  return found;
}

/** True for `>=x.y` and `^x.y` ranges, alternatives of them included, that the version meets. */
function admits(range: string, major: number, minor: number): boolean {
  return range.split('||').some((part) => {
    const found = /^\s*(\^|>=?)\s*(\d+)(?:\.(\d+))?(?:\.\d+)?\s*$/.exec(part);
    assert.ok(found, `cannot read the range "${range}"`);
    const [, relation, wantedMajor, wantedMinor = '0'] = found;
    return (
      (relation !== '^' && major > Number(wantedMajor)) ||
      (major === Number(wantedMajor) && minor >= Number(wantedMinor))
    );
  });
}

describe('The package', () => {
  let shipped: readonly string[];
  let packedBytes: number;

  before(() => {
    // The build has run; to build again here would take away what other tests are just using.
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    const [report] = JSON.parse(packed) as { files: { path: string }[]; size: number }[];
    shipped = report?.files.map(({ path }) => path) ?? [];
    packedBytes = report?.size ?? 0;
  });

  it('ships what was built, the examples and four papers, and nothing else', () => {
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    assert.deepEqual(shipped.filter((path) => !path.includes('/')).sort(), papers);
    const expected = /^dist\/(src|nodes)\/[\w/-]+\.(js|html|json|svg)$|^examples\/[^/]+\.json$/;
    assert.deepEqual(
      shipped.filter((path) => path.includes('/') && !expected.test(path)),
      [],
    );
    assert.ok(packedBytes > 50_000 && packedBytes < 2_000_000, `${packedBytes} bytes`);
  });

  it('ships a compiled file for each of its sources, and none without', () => {
    const sources = [...trackedFiles('src'), ...trackedFiles('nodes')]
      .filter((file) => file.endsWith('.ts') && !file.startsWith('nodes/editor/') && !file.endsWith('/editor.ts'))
      .map((file) => `dist/${file.replace(/\.ts$/, '.js')}`);
    assert.deepEqual(shipped.filter((path) => path.endsWith('.js')).sort(), sources.sort());
  });

  it('ships every example', () => {
    const examples = trackedFiles('examples').filter((file) => file.endsWith('.json'));
    assert.ok(examples.length > 0);
    assert.deepEqual(shipped.filter((path) => path.startsWith('examples/')).sort(), [...examples].sort());
  });

  it('names to Node-RED each node and plugin that there is a folder for', () => {
    assert.deepEqual([...Object.keys(nodes), ...Object.keys(plugins)].sort(), [...folders].sort());
    for (const [type, path] of Object.entries({ ...nodes, ...plugins })) {
      assert.equal(path, `dist/nodes/${type}/${type}.js`);
      assert.ok(shipped.includes(path), path);
      assert.ok(shipped.includes(path.replace(/js$/, 'html')), path);
    }
  });

  it('is found by the flow library, and installs where Node-RED 4.1 and Node.js 22.13 run', () => {
    assert.ok(manifest.keywords.includes('node-red'));
    assert.equal(manifest['node-red'].version, '>=4.1.0');
    assert.equal(manifest.engines.node, '>=22.13');
    assert.match(read('CHANGELOG.md'), new RegExp(`^## \\[${manifest.version.replaceAll('.', '\\.')}\\]`, 'm'));
  });

  for (const type of Object.keys(nodes)) {
    it(`gives ${type} its texts, its help and, in the palette, an icon`, () => {
      const folder = `dist/nodes/${type}`;
      assert.ok(shipped.includes(`${folder}/locales/en-US/${type}.json`));
      const html = read(`${folder}/${type}.html`);
      assert.match(html, new RegExp(`data-help-name="${type}">\\n\\S`));
      assert.match(html, new RegExp(`data-template-name="${type}">\\n`));
      assert.match(html, new RegExp(`RED\\.nodes\\.registerType\\("${type}", \\{`));
      if (!isConfigNode(type)) assert.ok(shipped.includes(`${folder}/icons/${type}.svg`));
    });
  }

  it('brings few packages along, none with an install script or against Node.js 22.13', () => {
    assert.ok(Object.keys(manifest.dependencies).length <= 6);
    for (const [path, { hasInstallScript, engines }] of installed()) {
      assert.ok(!hasInstallScript, `${path} runs a script when it is installed`);
      if (engines?.node) assert.ok(admits(engines.node, 22, 13), `${path} wants Node.js ${engines.node}`);
    }
  });
});
