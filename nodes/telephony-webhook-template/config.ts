/** What a `telephony-webhook-template` node saves, besides its credentials. */
import type { Problem } from '../../src/errors';
import { boolean, choice, fields, list, reading, secretNames, text, verbatim } from '../../src/parse';
import { setting } from '../../src/sentences/setting';
import type { VocabularyId } from '../../src/sources/http-push/vocabularies';
import type { TemplateConfig } from '../../src/template/template-config';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export const FORMATS = ['json', 'text', 'json-rpc', 'form', 'raw'] as const;
/** The ids of src/sources/http-push/vocabularies.ts, which is too large for the browser. */
export const VOCABULARIES = [
  'canonical',
  'kompaas',
  'smartflo',
  'obd',
  'ringostat',
] as const satisfies readonly VocabularyId[];
export const UNKNOWN_NAMES = ['error', 'empty'] as const;

export interface WebhookTemplateConfig extends TemplateConfig {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  readonly method: (typeof METHODS)[number];
  readonly format: (typeof FORMATS)[number];
  /** Whose names parameters go by. */
  readonly names: VocabularyId;
  /** Names of the secrets in its credentials. */
  readonly secretNames: readonly string[];
}

export const defaults: WebhookTemplateConfig = {
  version: 1,
  name: '',
  description: '',
  method: 'POST',
  url: '',
  format: 'json',
  names: 'canonical',
  available: ['eventType', 'eventTime', 'callId', 'callerNumber', 'calledNumber'],
  valuesAsText: false,
  user: [],
  query: [],
  headers: [],
  text: '',
  rawProperty: 'payload',
  contentType: '',
  rpcMethod: '',
  rpcId: '',
  timeZone: 'UTC',
  dateFormat: 'iso',
  unknown: 'error',
  secretNames: [],
};

/** Providers that write times as "2026-03-01 09:30:00". */
const STANDARD_TIMES: ReadonlySet<string> = new Set(['smartflo', 'obd', 'ringostat']);

/** The format of times in a template with these names that says nothing else. */
export function usualDateFormat(names: string): string {
  return STANDARD_TIMES.has(names) ? 'standard' : defaults.dateFormat;
}

export function parseConfig(saved: unknown): { config: WebhookTemplateConfig; problems: Problem[] } {
  const from = reading(saved);
  const names = choice(from, 'names', VOCABULARIES, defaults.names);
  const dateFormat = usualDateFormat(names);
  const config: WebhookTemplateConfig = {
    version: 1,
    name: text(from, 'name', defaults.name),
    description: verbatim(from, 'description', defaults.description),
    method: choice(from, 'method', METHODS, defaults.method),
    url: text(from, 'url', defaults.url),
    format: choice(from, 'format', FORMATS, defaults.format),
    names,
    // A template that a person wrote by hand sends what it says, not what a new node's panel suggests.
    available: list(from, 'available', []),
    valuesAsText: boolean(from, 'valuesAsText', defaults.valuesAsText),
    user: fields(from, 'user'),
    query: fields(from, 'query'),
    headers: fields(from, 'headers'),
    text: verbatim(from, 'text', defaults.text),
    rawProperty: text(from, 'rawProperty', defaults.rawProperty),
    contentType: text(from, 'contentType', defaults.contentType),
    rpcMethod: text(from, 'rpcMethod', defaults.rpcMethod),
    rpcId: text(from, 'rpcId', defaults.rpcId),
    timeZone: text(from, 'timeZone', defaults.timeZone),
    dateFormat: verbatim(from, 'dateFormat', dateFormat) || dateFormat,
    unknown: choice(from, 'unknown', UNKNOWN_NAMES, defaults.unknown),
    secretNames: secretNames(from),
  };
  if (config.format === 'json-rpc' && config.rpcMethod === '') {
    from.problems.push({ field: 'rpcMethod', ...setting('rpc-method') });
  }
  if (config.format === 'raw' && config.rawProperty === '') {
    from.problems.push({ field: 'rawProperty', ...setting('raw-property') });
  }
  return { config, problems: from.problems };
}
