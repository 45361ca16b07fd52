import assert from 'node:assert/strict';
import { sampleEvent } from '../../../src/event/samples';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import { type VocabularyId, vocabulary, vocabularyIds } from '../../../src/sources/http-push/vocabularies';
import type { TemplateConfig } from '../../../src/template/template-config';
import * as payloads from '../sources/http-push/payloads';
import { eventOf, source } from '../sources/http-push/pushing';
import { compile, request } from './example-vocabulary';

const event = sampleEvent('call.ended') ?? null;

describe('templates in the names of a provider', () => {
  for (const id of vocabularyIds) {
    it(`${id}: every name can be ticked, and be a variable`, () => {
      const names = vocabulary(id).names.map(({ name }) => name);
      const options = { vocabulary: vocabulary(id) };
      const user = names.map((name) => ({ key: `own ${name}`, type: 'text' as const, value: `\${{${name}}}` }));
      const config = { available: names, user };
      assert.deepEqual(compile(config, options).problems, []);
      const body: unknown = JSON.parse(String(request(config, {}, { event }, options).body));
      assert.deepEqual(Object.keys(body as object), [...names, ...user.map(({ key }) => key)]);
    });
  }
  it('a name with a space works wherever a name can stand, and is no key', () => {
    const options = { vocabulary: vocabulary('ringostat') };
    const text = '{{insertion type}} {{#if insertion type}}{{upper insertion type}}{{/if}}';
    assert.equal(request({ format: 'text', text }, {}, { event }, options).body, 'dynamic DYNAMIC');
    const user = [{ key: '{{insertion type}}', type: 'text' as const, value: '' }];
    assert.deepEqual(
      compile({ user }, options).problems.map(({ field }) => field),
      ['user[0].key'],
    );
    assert.deepEqual(compile({ user }).problems, []);
  });
  it('a list or object of Smartflo is JSON text in a form or query, and rows are nested as ever', () => {
    const user = [{ key: 'own', type: 'object' as const, value: [{ key: 'a', type: 'text' as const, value: 'b' }] }];
    const sent = (config: Partial<TemplateConfig>, names: VocabularyId = 'smartflo') => {
      const { url, body } = request({ user, ...config }, {}, { event }, { vocabulary: vocabulary(names) });
      const pairs = body === undefined ? new URL(url).searchParams : new URLSearchParams(String(body));
      return Object.fromEntries(pairs);
    };
    const available = ['answered_agent', '$call_flow', 'billsec', 'campaign_id'];
    const expected = {
      answered_agent: '{"id":"emp-0101","name":"Alice Agent","email":"alice@example.test","number":"101"}',
      call_flow: JSON.stringify(event?.parameters['callFlow']),
      billsec: '140',
      campaign_id: '',
      'own[a]': 'b',
    };
    assert.deepEqual(sent({ format: 'form', available }), expected);
    assert.deepEqual(sent({ method: 'GET', available }), expected);
    const { 'ivrPath[]': item, ivrPath } = sent({ format: 'form', available: ['ivrPath'] }, 'ringostat');
    assert.deepEqual([item, ivrPath], ['main-menu:2', undefined]);
  });
  it('the function date takes a time that the provider writes in its own format for the moment it is', () => {
    const options = { vocabulary: vocabulary('kompaas') };
    const text = ['timestamp', 'dateReceivedAtUTC', 'dateReceived']
      .map((name) => `{{date ${name} "YYYY-MM-DD HH:mm Z"}}`)
      .join('|');
    const written = (told: TelephonyEvent | null) =>
      request({ format: 'text', text, timeZone: 'Asia/Kolkata' }, {}, { event: told }, options).body;
    assert.equal(written(event), Array(3).fill('2026-03-02 14:47 +05:30').join('|'));
    const own = eventOf(
      { ...payloads.kompaasStart, dateReceivedAtUTC: '2026-01-01 00:00:00.721211' },
      source('kompaas'),
    );
    assert.equal(written(own), '2026-01-05 20:34 +05:30|2026-01-01 05:30 +05:30|2026-01-05 20:34 +05:30');
  });
});
