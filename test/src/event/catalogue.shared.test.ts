import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { eventTypes, findEventType, findParameter, parameters } from '../../../src/event/catalogue';

const file = join(__dirname, '../../../../shared/facts/catalogue.json');

interface Facts {
  events: { id: string; groups: string[]; description: string }[];
  parameters: { name: string; type: string; group: string; description: string }[];
}

if (existsSync(file))
  describe('the catalogue, beside the facts it was written from', () => {
    const facts = JSON.parse(readFileSync(file, 'utf8')) as Facts;

    it('has every event type, with its groups', () => {
      for (const { id, groups } of facts.events) assert.deepEqual(findEventType(id)?.groups, groups, id);
      assert.equal(eventTypes.length, facts.events.length + 1);
    });

    it('has every parameter, with its type and group', () => {
      for (const { name, type, group } of facts.parameters) {
        const parameter = findParameter(name);
        assert.equal(parameter?.type, type.replace(/ .*/, ''), name);
        assert.equal(parameter?.time === true, type.includes('ISO'), name);
        assert.equal(parameter?.group, group, name);
      }
      assert.equal(parameters.length, facts.parameters.length);
    });

    it('says it in words of its own', () => {
      const theirs = new Set([...facts.events, ...facts.parameters].map(({ description }) => description));
      for (const { description } of [...eventTypes, ...parameters]) assert.ok(!theirs.has(description), description);
    });
  });
