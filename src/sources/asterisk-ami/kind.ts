/** The source kind `asterisk-ami`: Asterisk's manager interface. What its form holds and how that is saved; also runs in a browser. */
import { boolean, list, number, text } from '../../parse';
import type { Sentence } from '../../sentence';
import { source } from '../../sentences/source';
import type { KindField, SourceKind } from '../kind';
import { DEFAULT_DIALPLAN, type DialplanSettings } from './calls/dialplan';
import { TOLD } from './told';

/** Of the dialplan an empty list stands for the usual names. */
export interface AsteriskSettings extends DialplanSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** SHA-256 of the server's certificate, which is trusted then whoever signed it. Empty: a known authority must have. */
  readonly fingerprint: string;
  /** Sends the secret itself instead of a proof that it is known. */
  readonly plainLogin: boolean;
}

const defaults: AsteriskSettings = {
  host: 'localhost',
  port: 5038,
  tls: false,
  fingerprint: '',
  plainLogin: false,
  extensionPattern: DEFAULT_DIALPLAN.extensionPattern,
  trunks: [],
  trunkContexts: [],
  ivrContexts: [],
  ringGroupContexts: [],
  voicemailContexts: [],
};

const contexts = (name: keyof DialplanSettings, icon: string, placeholder: string): KindField => ({
  name,
  icon,
  input: { kind: 'list', placeholder },
});

export const asteriskAmiKind: SourceKind<'asterisk-ami', AsteriskSettings> = {
  id: 'asterisk-ami',
  defaults,
  fields: [
    { name: 'host', icon: 'server', input: { kind: 'text', placeholder: 'pbx.example.com' } },
    { name: 'port', icon: 'plug', input: { kind: 'number' } },
    { name: 'tls', icon: 'lock', input: { kind: 'checkbox' } },
    { name: 'fingerprint', icon: 'certificate', input: { kind: 'text' }, when: 'tls=true' },
    { name: 'username', icon: 'user', input: { kind: 'text' }, credential: true, words: 'managerUser' },
    { name: 'secret', icon: 'key', input: { kind: 'password' }, words: 'managerSecret' },
    { name: 'plainLogin', icon: 'unlock', input: { kind: 'checkbox' } },
    { name: 'extensionPattern', icon: 'phone', input: { kind: 'text', placeholder: defaults.extensionPattern } },
    { name: 'trunks', icon: 'exchange', input: { kind: 'list', placeholder: 'provider-1' } },
    contexts('trunkContexts', 'sign-in', 'from-trunk*'),
    contexts('ivrContexts', 'list-ol', 'ivr-*'),
    contexts('ringGroupContexts', 'users', 'ext-group'),
    contexts('voicemailContexts', 'envelope-o', 'macro-vm*'),
  ],
  placeOf: ({ host }) => host,
  told: TOLD,
  read(from) {
    const settings = {
      host: text(from, 'host', defaults.host) || defaults.host,
      port: number(from, 'port', defaults.port, { min: 1, max: 65_535, integer: true }),
      tls: boolean(from, 'tls', defaults.tls),
      fingerprint: text(from, 'fingerprint', defaults.fingerprint),
      plainLogin: boolean(from, 'plainLogin', defaults.plainLogin),
      extensionPattern: text(from, 'extensionPattern', defaults.extensionPattern) || defaults.extensionPattern,
      trunks: list(from, 'trunks', defaults.trunks),
      trunkContexts: list(from, 'trunkContexts', defaults.trunkContexts),
      ivrContexts: list(from, 'ivrContexts', defaults.ivrContexts),
      ringGroupContexts: list(from, 'ringGroupContexts', defaults.ringGroupContexts),
      voicemailContexts: list(from, 'voicemailContexts', defaults.voicemailContexts),
    };
    const report = (field: keyof AsteriskSettings, what: Sentence): void => void from.problems.push({ field, ...what });
    if (!HOST.test(settings.host)) report('host', source('host'));
    if (settings.fingerprint !== '' && settings.fingerprint.replace(/[:\s]/g, '').length !== SHA256_DIGITS) {
      report('fingerprint', source('fingerprint'));
    }
    if (!isPattern(settings.extensionPattern)) report('extensionPattern', source('extension-pattern'));
    return settings;
  },
};

/** A name, an IPv4 or an IPv6 address. */
const HOST = /^[A-Za-z0-9_.:%-]+$/;
const SHA256_DIGITS = 64;

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
