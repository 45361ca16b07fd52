/**
 * How many requests a second templates of several kinds render, on one core, without sending them.
 *
 *     node --import tsx bench/template.ts
 */

import { parseConfig, type WebhookTemplateConfig } from '../nodes/telephony-webhook-template/config';
import { sampleEvent } from '../src/event/samples';
import { canonicalVocabulary } from '../src/event/vocabulary';
import { compileTemplate } from '../src/template/compile-template';
import type { Field } from '../src/template/field';
import { renderTemplate } from '../src/template/render-template';

const RENDERS = Number(process.env['RENDERS'] ?? 200_000);

const SHARED = { url: 'https://crm.example.test/hook', timeZone: 'Europe/Berlin', dateFormat: 'standard' };

const texts: readonly Field[] = ['a', 'b', 'c'].map((key) => ({
  key,
  type: 'text',
  value: '{{callerName}}, {{duration}} s',
}));

const templates: readonly [name: string, config: Partial<WebhookTemplateConfig>][] = [
  ['four ticked parameters', { available: ['eventType', 'callId', 'callerNumber', 'billsec'] }],
  ['the same with a time', { available: ['eventType', 'callId', 'callerNumber', 'billsec', 'startTime'] }],
  ['three rows with variables', { available: ['callId'], user: texts }],
  ['a form and a query', { format: 'form', available: ['callId', 'callerName'], query: texts.slice(0, 1) }],
  ['JSON as text', { format: 'text', text: '{"n":"{{callerName}}","d":{{duration}},"from":"{{callerNumber}}"}' }],
  ['JSON as text, with a call', { format: 'text', text: '{"n":"{{upper callerName}}","d":{{duration}}}' }],
  [
    'JSON as text, with a condition and a loop',
    {
      format: 'text',
      text: '{"n":"{{callerName}}"{{#if duration}},"d":{{duration}}{{/if}},"p":[{{#each ivrPath}}{{#unless @first}},{{/unless}}"{{this}}"{{/each}}]}',
    },
  ],
];

const event = sampleEvent('call.ended') ?? null;
const input = { event, message: {}, typed: [], nonce: 'abcdefghjkmn', webhookName: 'CRM' };

for (const [name, config] of templates) {
  const options = { vocabulary: canonicalVocabulary, secrets: {}, endpointSecretNames: [] };
  const template = compileTemplate(parseConfig({ ...SHARED, ...config }).config, options);
  const render = (): void => {
    const rendered = renderTemplate(template, input);
    if (!rendered.ok) throw new Error(`${rendered.field}: ${rendered.message}`);
  };
  for (let index = 0; index < RENDERS / 10; index++) render();
  const startNs = process.hrtime.bigint();
  for (let index = 0; index < RENDERS; index++) render();
  const seconds = Number(process.hrtime.bigint() - startNs) / 1e9;
  console.log(
    `${name.padEnd(44)} ${Math.round(RENDERS / seconds)
      .toLocaleString('en-US')
      .padStart(10)} a second`,
  );
}
