import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatTime } from '../../../../src/event/time';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/json';
import { type ProviderId, plainKey } from '../../../../src/sources/http-push/dialect';
import { providerDialects } from '../../../../src/sources/http-push/registry';
import { vocabulary } from '../../../../src/sources/http-push/vocabularies';
import { accepted, eventOf, jsonRequest, source } from './pushing';

/** Names that say several things: each has one outward meaning, and what else they say is read by the dialect's functions. */
const SAYS_MORE: Readonly<Record<ProviderId, readonly string[]>> = {
  kompaas: [
    'providerEvent: userEventType is eventType',
    'authType: Password Call is undefined',
    'customName: userEventType is eventType',
  ],
  smartflo: [
    'origin: direction is direction',
    'callerNumberE164: customer_no_with_prefix is externalNumber',
    'internalNumber: answered_agent_number is answeredBy',
    'employeeEmail: answered_agent is employeeId',
    'ivrPath: call_flow is callFlow',
    'hangupCause: hangup_cause is hangupCauseText',
  ],
  obd: ['providerEvent: source is eventType', 'origin: source is eventType', 'campaignId: mid is messageBatchId'],
  ringostat: [
    'eventDate: calldate is startTime',
    'origin: insertion type is insertionType',
    'didName: pool_name is poolName',
    'employeeName: connected_with is answeredBy',
    'employeeId: employee_number is evaluatedEmployee',
  ],
};

const FACTS = resolve(__dirname, '../../../../../shared/facts');
const FILES = { kompaas: 'kompaas', smartflo: 'smartflo', obd: 'obd-mobtexting', ringostat: 'ringostat' } as const;

type Facts = {
  readonly parameters: Readonly<Record<string, unknown>> | readonly string[];
  readonly triggers?: readonly string[];
  readonly events?: readonly string[];
  readonly examples: readonly { readonly name: string; readonly body?: JsonObject; readonly rawBody?: string }[];
};

function factsOf(provider: keyof typeof FILES): Facts {
  return JSON.parse(readFileSync(`${FACTS}/providers/${FILES[provider]}.json`, 'utf8')) as Facts;
}

/** A body that holds variables is a template, not something that arrives. */
function isTemplate(body: JsonObject): boolean {
  return Object.values(body).some((value) => /\$\{\{|\{\{|^\$[a-z]/.test(String(value)));
}

/** The documented names, without the remarks that some stand with. */
function namesIn(facts: Facts): readonly string[] {
  const { parameters } = facts;
  const lists = Array.isArray(parameters)
    ? [parameters]
    : Object.entries(parameters).map(([key, list]) => (Array.isArray(list) ? list : [key]));
  return [...new Set(lists.flat().map((text) => plainKey(String(text).replace(/ \(.*$/, ''))))].filter(
    (name) => !name.endsWith('…'),
  );
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
}

if (existsSync(FACTS)) {
  describe('The collected facts on each provider', () => {
    for (const { id } of providerDialects) {
      const facts = factsOf(id);

      it(`name nothing of ${id} that its vocabulary lacks`, () => {
        const missing = namesIn(facts).filter((name) => {
          const known = id === 'ringostat' && name === 'insertion type' ? 'insertion_type' : name;
          return vocabulary(id).find(known) === undefined;
        });
        assert.deepEqual(missing, []);
      });

      it(`name no event of ${id} that is unknown`, () => {
        const names = [...(facts.triggers ?? []), ...(facts.events ?? [])].map((name) =>
          name.replace(/ \(inferred.*$/, ''),
        );
        const unknown = names.filter((trigger) => {
          const query = new URLSearchParams({ trigger }).toString();
          return accepted(jsonRequest({ a: 1 }, { query }), source(id))[0]?.event.type === 'event.unknown';
        });
        assert.deepEqual(unknown, []);
      });

      for (const { name, body } of facts.examples) {
        if (body === undefined || isTemplate(body)) continue;
        it(`give an example of ${id} that reads back as it arrived: ${name}`, () => {
          const event = eventOf(body, source(id));
          const fields = isJsonObject(body['params']) ? body['params'] : body;
          for (const [field, value] of Object.entries(fields)) {
            const entry = vocabulary(id).find(field);
            // A key that the user added to the documented ones.
            if (entry === undefined && field === 'Key') continue;
            assert(entry !== undefined, field);
            const read = entry.read(event);
            const written = entry.time && typeof read === 'string' ? formatTime(read, 'standard', 'UTC') : read;
            assert.equal(asText(written), asText(value), field);
          }
        });
      }
    }

    it('give a sample of OBD that is no JSON, and is read all the same', () => {
      const sample = factsOf('obd').examples.find(({ rawBody }) => rawBody !== undefined)?.rawBody ?? '';
      assert.throws(() => JSON.parse(sample));
      const [heard] = accepted(jsonRequest(null, { body: sample }), source('obd'));
      assert.equal(heard?.event.type, 'campaign.call.result');
    });
  });

  describe('The catalogue of facts', () => {
    type Aliases = {
      readonly parameters: readonly { readonly name: string; readonly aliases?: Readonly<Record<string, string>> }[];
    };
    const catalogue = JSON.parse(readFileSync(`${FACTS}/catalogue.json`, 'utf8')) as Aliases;

    for (const { id, names } of providerDialects) {
      it(`says of each parameter what it is called at ${id}, and so does the dialect`, () => {
        const differing = catalogue.parameters.flatMap(({ name: parameter, aliases }) => {
          const [alias = ''] = (aliases?.[id] ?? '').split(' / ');
          const called = plainKey(alias.replace(/ \(.*$| = .*$/, '').replace(/^\{\{|\}\}$|\*$/g, ''));
          if (called === '' || called.startsWith('(')) return [];
          const entry = names.find(({ name }) => name === called);
          return entry?.parameter === parameter ? [] : [`${parameter}: ${called} is ${entry?.parameter}`];
        });
        assert.deepEqual(differing, SAYS_MORE[id]);
      });
    }
  });
}
