/** The bench still runs: each part in its smallest form, with its check that every event arrived exactly once. No figure is judged. */
import assert from 'node:assert/strict';
import { PARTS } from '../../bench/parts';
import { markdown } from '../../bench/tables';

describe('the bench', () => {
  for (const [name, part] of Object.entries(PARTS)) {
    it(`measures ${name}`, async () => {
      const { tables, goals } = await part('tiny');
      assert.ok(tables.length > 0);
      for (const table of tables) {
        const lines = markdown(table)
          .split('\n')
          .filter((line) => line.startsWith('|'));
        assert.equal(lines.length, table.rows.length + 2);
        assert.equal(new Set(lines.map((line) => line.split('|').length)).size, 1);
        assert.doesNotMatch(lines.join(''), /NaN|undefined/);
      }
      for (const { what, measured } of goals) assert.ok(Number.isFinite(measured), what);
    });
  }
});
