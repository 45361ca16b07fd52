/** The fields of each kind of source, from which the panel draws its form. A kind is added here and in config.ts. */
import { HMAC_ALGORITHMS, HMAC_ENCODINGS } from '../../src/signing/hmac-settings';
import { TOKEN_PLACES, VERIFICATIONS } from '../../src/sources/http-push/verification-kinds';
import { DIALECTS, type SourceConfig } from './config';

export interface KindField {
  /** The saved property, or the credential. */
  readonly name: string;
  readonly icon: string;
  readonly input:
    | { readonly kind: 'text' | 'number' | 'password'; readonly placeholder?: string }
    | { readonly kind: 'choice'; readonly options: readonly string[] }
    /** Drawn by the panel: a list of texts, a table, checkboxes. */
    | { readonly kind: 'widget' };
  /** Further conditions under which it shows, as conditional.ts reads them. */
  readonly when?: string;
}

export const kindFields: Readonly<Record<SourceConfig['kind'], readonly KindField[]>> = {
  'http-push': [
    { name: 'dialect', icon: 'language', input: { kind: 'choice', options: DIALECTS } },
    { name: 'path', icon: 'link', input: { kind: 'text', placeholder: '/telephony/events' } },
    { name: 'mapping', icon: 'exchange', input: { kind: 'widget' }, when: 'dialect=generic' },
    { name: 'verify', icon: 'shield', input: { kind: 'choice', options: VERIFICATIONS } },
    { name: 'tokenIn', icon: 'map-marker', input: { kind: 'choice', options: TOKEN_PLACES }, when: 'verify=token' },
    { name: 'tokenName', icon: 'header', input: { kind: 'text' }, when: 'verify=token' },
    { name: 'token', icon: 'key', input: { kind: 'password' }, when: 'verify=token' },
    { name: 'username', icon: 'user', input: { kind: 'text' }, when: 'verify=basic' },
    { name: 'password', icon: 'key', input: { kind: 'password' }, when: 'verify=basic' },
    { name: 'hmacHeader', icon: 'header', input: { kind: 'text' }, when: 'verify=hmac' },
    {
      name: 'hmacPrefix',
      icon: 'angle-double-right',
      input: { kind: 'text', placeholder: 'sha256=' },
      when: 'verify=hmac',
    },
    {
      name: 'hmacAlgorithm',
      icon: 'calculator',
      input: { kind: 'choice', options: HMAC_ALGORITHMS },
      when: 'verify=hmac',
    },
    { name: 'hmacEncoding', icon: 'font', input: { kind: 'choice', options: HMAC_ENCODINGS }, when: 'verify=hmac' },
    {
      name: 'hmacContent',
      icon: 'file-text-o',
      input: { kind: 'text', placeholder: '{{timestamp}}.{{body}}' },
      when: 'verify=hmac',
    },
    { name: 'hmacTimestampHeader', icon: 'clock-o', input: { kind: 'text' }, when: 'verify=hmac' },
    { name: 'secret', icon: 'key', input: { kind: 'password' }, when: 'verify=hmac|standard|twilio|telnyx' },
    {
      name: 'toleranceSeconds',
      icon: 'hourglass-half',
      input: { kind: 'number' },
      when: 'verify=hmac|standard|telnyx',
    },
    {
      name: 'publicUrl',
      icon: 'globe',
      input: { kind: 'text', placeholder: 'https://pbx.example.com' },
      when: 'verify=twilio',
    },
    { name: 'allowFrom', icon: 'filter', input: { kind: 'widget' } },
  ],
  simulator: [
    { name: 'callsPerMinute', icon: 'tachometer', input: { kind: 'number' } },
    { name: 'scenarios', icon: 'film', input: { kind: 'widget' } },
    { name: 'seed', icon: 'random', input: { kind: 'text' } },
  ],
};
