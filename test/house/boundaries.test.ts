/** Who may import whom, and what only one place may do. What breaks a rule is listed with its file. */
import assert from 'node:assert/strict';
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { build } from 'esbuild';
import { codeOf, importsOf, read, root, trackedFiles } from './source-files';

const typescript = (folder: string): readonly string[] => trackedFiles(folder).filter((file) => file.endsWith('.ts'));
const library = typescript('src');
const nodes = typescript('nodes');
const isPanel = (file: string): boolean => /^nodes\/(editor\/|[\w-]+\/editor\.ts$)/.test(file);
const panels = nodes.filter(isPanel);
const runtime = nodes.filter((file) => !isPanel(file));
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
  /** The path from the project, of relative ones; without an extension. */
  readonly target: string | undefined;
}

function imports(files: readonly string[]): readonly Import[] {
  return files.flatMap((file) =>
    importsOf(file).map(({ from, typeOnly }) => {
      const target = from.startsWith('.') ? posix.join(posix.dirname(file), from) : undefined;
      return { file, from, typeOnly, target };
    }),
  );
}

/** None of these may be; named as `file → import`. */
function refuse(found: readonly Import[]): void {
  assert.deepEqual(
    found.map(({ file, from }) => `${file} → ${from}`),
    [],
  );
}

const packageOf = (from: string): string => /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from;
/** `telephony-source` for a path in nodes/telephony-source. */
const nodeFolder = (path: string): string | undefined => /^nodes\/([\w-]+)\//.exec(path)?.[1];

describe('The house', () => {
  it('finds imports in all its wings, so that the rules below rule something', () => {
    for (const wing of [library, runtime, panels]) assert.ok(imports(wing).length > 20);
  });

  describe('the library in src/', () => {
    it('imports itself, Node.js and the runtime dependencies, and neither Node-RED nor nodes/', () => {
      refuse(
        imports(library).filter(({ from, target }) =>
          target === undefined
            ? !isBuiltin(from) && !Object.hasOwn(dependencies, packageOf(from))
            : !target.startsWith('src/'),
        ),
      );
    });

    it('takes time and chance from clock.ts', () => {
      const taken =
        /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|(?<!\.)\bset(?:Timeout|Interval)\(|\bperformance\.now\b/;
      const taking = [...library, ...runtime].filter((file) => file !== 'src/clock.ts' && taken.test(codeOf(file)));
      assert.deepEqual(taking, []);
      assert.match(codeOf('src/clock.ts'), taken);
    });
  });

  describe('the nodes', () => {
    it('know Node-RED by its types only: it is handed to them', () => {
      refuse(imports(nodes).filter(({ from, typeOnly }) => packageOf(from) === 'node-red' && !typeOnly));
    });

    it('use no package beside the runtime dependencies', () => {
      refuse(
        imports(nodes).filter(
          ({ from, target }) =>
            target === undefined &&
            from !== 'node-red' &&
            !isBuiltin(from) &&
            !Object.hasOwn(dependencies, packageOf(from)),
        ),
      );
    });

    it('do not import each other; what a node saves may be known to what they share', () => {
      const shared = new Set(['runtime', 'editor']);
      refuse(
        imports(nodes).filter(({ file, target }) => {
          const [own, other] = [nodeFolder(file) ?? '', nodeFolder(target ?? '')];
          if (other === undefined || other === own || shared.has(other)) return false;
          return !(shared.has(own) && /\/config$/.test(target ?? ''));
        }),
      );
    });

    it('keep panels and runtime apart', () => {
      refuse(imports(panels).filter(({ from, target }) => isBuiltin(from) || nodeFolder(target ?? '') === 'runtime'));
      refuse(
        imports(runtime).filter(
          ({ target }) => target !== undefined && (nodeFolder(target) === 'editor' || target.endsWith('/editor')),
        ),
      );
    });

    it('bring nothing into the browser that belongs to Node.js', async () => {
      const { metafile, outputFiles } = await build({
        absWorkingDir: root,
        entryPoints: panels.filter((file) => file.endsWith('/editor.ts')),
        bundle: true,
        platform: 'browser',
        outdir: 'unused',
        write: false,
        metafile: true,
        logLevel: 'silent',
      });
      assert.deepEqual(
        Object.keys(metafile.inputs).filter(
          (file) => !file.startsWith('src/') && !/^nodes\/(editor|telephony-[\w-]+)\//.test(file),
        ),
        [],
      );
      for (const { path, text } of outputFiles) assert.doesNotMatch(text, /\brequire\(|\bprocess\.|\bBuffer\./, path);
    });
  });

  it('gives up no type', () => {
    const givenUp = /@ts-(?:ignore|nocheck|expect-error)|[:<|]\s*any\b|\bas any\b|\bany\[\]/;
    const files = [...library, ...nodes, ...typescript('test'), ...typescript('bench')];
    const own = 'test/house/boundaries.test.ts';
    assert.deepEqual(
      files.filter((file) => file !== own && givenUp.test(codeOf(file).replace(/'(?:[^'\\\n]|\\.)*'/g, "''"))),
      [],
    );
  });

  it('has no barrels and no drawers for odds and ends', () => {
    // A file of template helpers is one: that is what Handlebars calls them.
    const vague = /(^|\/)(utils?|helpers?|common|misc)\/|(^|\/)(index|utils?|common|misc|manager)\.[cm]?[jt]s$/;
    assert.deepEqual(
      trackedFiles().filter((file) => vague.test(file)),
      [],
    );
  });

  it('names no path of a machine on which it was made', () => {
    const path = /(?<![\w.~}/-])\/(?:home|root|Users|work)\/[\w.-]+/;
    const text = /\.(?:[cm]?[jt]s|json|md|html|svg|css|sh)$|(?:^|\/)\.?\w+$/;
    const own = 'test/house/boundaries.test.ts';
    assert.deepEqual(
      trackedFiles().filter((file) => file !== own && text.test(file) && path.test(read(file))),
      [],
    );
  });
});
