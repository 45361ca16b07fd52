/** Requests rendered a second from a template, beside other ways to make the same text. */
import { createRequire } from 'node:module';
import Handlebars from 'handlebars';
import { parseConfig } from '../../nodes/telephony-webhook-template/config';
import { sampleEvent } from '../../src/event/samples';
import { canonicalVocabulary } from '../../src/event/vocabulary';
import { compileTemplate } from '../../src/template/compile-template';
import { renderTemplate } from '../../src/template/render-template';
import { type Contender, compare } from '../contest';
import type { Findings } from '../tables';
import type { Size } from '../workbench';

const AVAILABLE = ['eventType', 'callId', 'callerNumber', 'callerName', 'calledNumber', 'duration', 'billsec'];

const { config: CONFIG } = parseConfig({
  url: 'https://crm.example.test/hook',
  available: AVAILABLE,
  // As the others write them.
  valuesAsText: true,
  user: [{ key: 'text', type: 'text', value: '{{callerName}}, {{duration}} s' }],
});

interface MustacheModule {
  render(template: string, view: unknown): string;
}

export async function rendering(size: Size): Promise<Findings> {
  const event = sampleEvent('call.ended');
  if (event === undefined) throw new Error('There is no sample of a call that has ended');
  const { parameters } = event;
  const options = { vocabulary: canonicalVocabulary, secrets: {}, endpointSecretNames: [] };
  const input = { event, message: {}, typed: [], nonce: 'abcdefghjkmn', webhookName: 'CRM' };
  const template = compileTemplate(CONFIG, options);
  const asText = compileTemplate({ ...CONFIG, format: 'text', text: source('') }, options);
  const render = (compiled: typeof template) => (): unknown => {
    const rendered = renderTemplate(compiled, input);
    if (!rendered.ok) throw new Error(`${rendered.field}: ${rendered.message}`);
    return rendered.request.body;
  };
  // The one that the core template node uses.
  const mustache = createRequire(require.resolve('node-red/package.json'))('mustache') as MustacheModule;
  const handlebars = Handlebars.compile(source(''), { noEscape: true });
  const message = { payload: parameters };
  const mustacheSource = source('payload.');
  const contenders: readonly Contender[] = [
    { name: 'the pack, fields', run: render(template) },
    { name: 'the pack, JSON as text', run: render(asText) },
    { name: 'Handlebars alone', run: () => handlebars(parameters) },
    { name: 'Mustache, as the core template', run: () => mustache.render(mustacheSource, message) },
    { name: 'JSON.stringify by hand', run: () => byHand(parameters) },
  ];
  return compare({
    title: 'Request bodies rendered a second, one thread: seven parameters and a text of two',
    contenders,
    size,
    meaningOf: (body) => JSON.parse(String(body)) as unknown,
  });
}

/** The template as text; `prefix` is where the parameters are. */
function source(prefix: string): string {
  const members = AVAILABLE.map((name) => `"${name}":"{{${prefix}${name}}}"`);
  return `{${members.join(',')},"text":"{{${prefix}callerName}}, {{${prefix}duration}} s"}`;
}

function byHand(parameters: Readonly<Record<string, unknown>>): string {
  const body: Record<string, string> = {};
  for (const name of AVAILABLE) body[name] = String(parameters[name]);
  body['text'] = `${parameters['callerName']}, ${parameters['duration']} s`;
  return JSON.stringify(body);
}
