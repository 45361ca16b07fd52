import assert from 'node:assert/strict';
import { IN_MEMORY } from '../../../../src/store/engine/sql';
import { SqliteEngine } from '../../../../src/store/engine/sqlite-engine';
import { LANE, NODE, newDelivery, T0 } from '../../../contracts/delivery-store/material';

describe('a delivery of which the row is damaged', () => {
  for (const [column, value] of [
    ['headers', '{"a":'],
    ['headers', '{"a":{"b":1}}'],
    ['headers', 'null'],
    ['body_encoding', 'rot13'],
  ] as const) {
    it(`(${column}: ${value}) is claimed beside the others, without a request`, () => {
      const engine = new SqliteEngine({ path: IN_MEMORY });
      for (const id of ['a', 'b', 'c']) engine.operations.accept(newDelivery(id));
      engine.sql.run(`UPDATE contents SET ${column} = ? WHERE sequence = 2`, value);
      const claim = { lane: LANE, nodeIds: [NODE], limit: 10, nowMs: T0, leaseUntilMs: T0 + 1 };
      const { deliveries } = engine.operations.claim(claim);
      const shown = deliveries.map(({ id, request }) => [id, request === null]);
      assert.deepEqual(shown, [
        ['a', false],
        ['b', true],
        ['c', false],
      ]);
      engine.close();
    });
  }

  it('has an empty message where that is what was damaged', () => {
    const engine = new SqliteEngine({ path: IN_MEMORY });
    engine.operations.accept(newDelivery('a'));
    engine.sql.run("UPDATE contents SET message = '[1'");
    assert.deepEqual(engine.operations.get('a')?.message, {});
    engine.close();
  });
});
