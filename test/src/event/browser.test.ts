import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, it } from 'mocha';

const src = join(__dirname, '../../../src');

describe('what panels use of the events', () => {
  for (const module of [
    'event/catalogue',
    'event/call-type',
    'event/date-format',
    'event/told-parameters',
    'event/triggers',
    'event/zone-name',
    'secret-header',
    'sources/simulator/scenarios',
  ])
    it(`${module} needs nothing of Node`, async () => {
      const { outputFiles } = await build({
        entryPoints: [join(src, `${module}.ts`)],
        bundle: true,
        platform: 'browser',
        write: false,
        logLevel: 'silent',
      });
      assert.doesNotMatch(outputFiles[0]?.text ?? 'require(', /require\(/);
    });
});
