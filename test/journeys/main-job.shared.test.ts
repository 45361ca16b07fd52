/** The examples of the providers' documents, posted to a real Node-RED: each is taken, and each reaches the receiver. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../src/json';
import { packRoot } from '../support/node-red-process';
import { type Line, Workbench } from './main-job/workbench';

const FOLDER = join(packRoot, '..', 'shared', 'facts', 'providers');
const DIALECTS: Readonly<Record<string, string>> = {
  kompaas: 'kompaas',
  smartflo: 'smartflo',
  'obd-mobtexting': 'obd',
  ringostat: 'ringostat',
};

interface Example {
  readonly name: string;
  readonly body: string;
  /** The fields, where the body is JSON. */
  readonly fields: JsonObject | undefined;
}

/** Examples of what a provider sends: those with a body. */
function examplesOf(file: string): Example[] {
  const { examples } = JSON.parse(readFileSync(join(FOLDER, `${file}.json`), 'utf8')) as { examples: JsonObject[] };
  return examples.flatMap(({ name, body, rawBody }): Example[] => {
    if (typeof rawBody === 'string') return [{ name: String(name), body: rawBody, fields: undefined }];
    return isJsonObject(body) ? [{ name: String(name), body: JSON.stringify(body), fields: body }] : [];
  });
}

if (existsSync(FOLDER)) {
  describe('The documented examples of the four providers', () => {
    const bench = new Workbench('5');
    before(async () => {
      await bench.start();
      await bench.deploy(
        Object.fromEntries(
          Object.values(DIALECTS).map((dialect): [string, Line] => [
            dialect,
            { source: { dialect }, template: { available: ['eventType', 'raw'] }, out: { orderBy: '' } },
          ]),
        ),
      );
    });
    after(() => bench.stop());

    for (const [file, dialect] of Object.entries(DIALECTS)) {
      it(`${file}: all are accepted, delivered and kept as they were sent`, async () => {
        const examples = examplesOf(file);
        assert.ok(examples.length > 0);
        let events = 0;
        for (const { name, body } of examples) {
          const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
          const answer = await bench.push(dialect, init);
          assert.equal(answer.status, 200, `${name}: ${answer.text}`);
          events += Number((answer.body as JsonObject)['accepted']);
        }
        const delivered = (await bench.received(dialect, events)).map(({ text }) => JSON.parse(text) as JsonObject);
        for (const { name, fields } of examples) {
          if (fields === undefined) continue;
          const kept = delivered.some(({ raw }) => JSON.stringify(raw) === JSON.stringify(fields));
          assert.ok(kept, `${name} did not reach the receiver unchanged`);
        }
      });
    }
  });
}
