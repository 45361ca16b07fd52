import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { systemTriggers } from '../../../src/event/triggers';

const facts = join(__dirname, '../../../../shared/facts/providers');

if (existsSync(facts))
  describe('the triggers of other systems, beside the facts', () => {
    const read = (provider: string): Record<string, string[]> =>
      JSON.parse(readFileSync(join(facts, `${provider}.json`), 'utf8')) as Record<string, string[]>;
    const titles = systemTriggers.map(({ title }) => title.toLowerCase());

    it('have all of Smartflo', () => {
      for (const trigger of read('smartflo')['triggers'] ?? [])
        assert.ok(titles.includes(trigger.toLowerCase()), trigger);
    });

    it('have all of Ringostat', () => {
      for (const stage of read('ringostat')['events'] ?? []) assert.ok(titles.includes(stage), stage);
    });

    it('have all of KOMPaaS', () => {
      for (const name of read('kompaas')['events'] ?? []) {
        const short = name.replace(/ \(.*/, '').toLowerCase();
        assert.ok(
          titles.some((title) => title.includes(short)),
          name,
        );
      }
    });
  });
