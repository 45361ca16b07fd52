/** Vocabularies and events for the tests of templates: small, so that each test shows what it relies on. */
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import { canonicalVocabulary, type Vocabulary } from '../../../src/event/vocabulary';
import type { JsonObject, JsonValue } from '../../../src/json';
import { type CompiledTemplate, type CompileOptions, compileTemplate } from '../../../src/template/compile-template';
import type { RenderInput } from '../../../src/template/frame';
import { type Rendered, renderTemplate } from '../../../src/template/render-template';
import type { TemplateConfig } from '../../../src/template/template-config';

const kompaasNames = new Map<string, (event: TelephonyEvent) => JsonValue | undefined>([
  ['billsec', (event) => event.parameters['billsec']],
  ['timestamp', (event) => event.parameters['timestamp']],
  ['eventType', () => 'VpbxInboundCallEnd'],
  ['InternalNumber', (event) => event.parameters['internalNumber']],
]);

export const kompaas: Vocabulary = {
  id: 'kompaas',
  names: [...kompaasNames.keys()].map((name) => ({ name, parameter: null, description: '', example: '' })),
  find(name) {
    const read = kompaasNames.get(name);
    return read && { read, time: false };
  },
};

export const NONCE = 'n0nce1234567';

export function eventWith(parameters: JsonObject): TelephonyEvent {
  return {
    id: 'evt_1',
    type: 'call.ended',
    time: '2026-03-02T09:17:24.620Z',
    source: 'source1',
    callId: 'call1',
    callType: 'inbound',
    parameters,
  };
}

const emptyTemplate: TemplateConfig = {
  method: 'POST',
  url: 'https://crm.example.test/hook',
  format: 'json',
  available: [],
  valuesAsText: false,
  user: [],
  query: [],
  headers: [],
  text: '',
  rawProperty: 'payload',
  contentType: '',
  rpcMethod: '',
  rpcId: '',
  timeZone: '',
  dateFormat: 'standard',
  unknown: 'error',
};

export function compile(config: Partial<TemplateConfig>, options: Partial<CompileOptions> = {}): CompiledTemplate {
  return compileTemplate(
    { ...emptyTemplate, ...config },
    { vocabulary: canonicalVocabulary, secrets: {}, endpointSecretNames: [], ...options },
  );
}

export function inputWith(parameters: JsonObject | null, input: Partial<RenderInput> = {}): RenderInput {
  const event = parameters === null ? null : eventWith(parameters);
  return { event, message: {}, typed: [], nonce: NONCE, webhookName: 'CRM', ...input };
}

/** Compiles and renders at once. */
export function render(
  config: Partial<TemplateConfig>,
  parameters: JsonObject | null = {},
  input: Partial<RenderInput> = {},
  options: Partial<CompileOptions> = {},
): Rendered {
  return renderTemplate(compile(config, options), inputWith(parameters, input));
}

/** The request of a template that has to work. */
export function request(...args: Parameters<typeof render>) {
  const rendered = render(...args);
  if (!rendered.ok) throw new Error(`${rendered.field}: ${rendered.message}`);
  return rendered.request;
}

/** The body of format `text`. */
export function textBody(
  text: string,
  parameters: JsonObject | null = {},
  config: Partial<TemplateConfig> = {},
  input: Partial<RenderInput> = {},
): string {
  return String(request({ format: 'text', text, ...config }, parameters, input).body);
}
