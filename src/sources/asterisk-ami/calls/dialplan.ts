/** How a phone system is laid out: which channels are lines to the outside and what its contexts are for. */
import { UserError } from '../../../errors';
import { source } from '../../../sentences/source';
import type { ChannelName } from './channel-name';

/** Contexts and names are compared without regard to case; `*` stands for anything. */
export interface DialplanSettings {
  /** A regular expression for the numbers of own phones. */
  readonly extensionPattern: string;
  /** Names of lines to the outside, where their context does not tell. */
  readonly trunks: readonly string[];
  /** Contexts in which calls from outside arrive. */
  readonly trunkContexts: readonly string[];
  readonly ivrContexts: readonly string[];
  readonly ringGroupContexts: readonly string[];
  readonly voicemailContexts: readonly string[];
}

/** Fits FreePBX and its relatives, and the names that plain Asterisk's samples and books use. */
export const DEFAULT_DIALPLAN: DialplanSettings = {
  extensionPattern: '^\\d{2,6}$',
  trunks: [],
  trunkContexts: [
    ...['from-trunk*', 'from-pstn*', 'from-did*', 'from-dahdi*', 'from-zaptel*', 'from-analog*', 'from-digital*'],
    ...['from-sip-external', 'from-external*', 'from-outside*', 'from-provider*', 'from-carrier*', 'from-itsp*'],
    ...['from-voip*', 'external*', 'inbound*', 'incoming*', 'public*', 'pstn*', 'trunk*', 'did*'],
  ],
  ivrContexts: [
    'ivr*',
    '*-ivr',
    '*_ivr',
    'auto-attendant*',
    'autoattendant*',
    'aa-*',
    'menu*',
    '*-menu',
    'main-menu*',
    'mainmenu*',
  ],
  ringGroupContexts: ['ext-group', 'ring-group*', 'ringgroup*', 'ring_group*', 'hunt-group*', 'huntgroup*'],
  voicemailContexts: ['voicemail*', 'macro-vm*', 'sub-vm*', 'ext-vm*', 'vm-*', 'app-vm*'],
};

export type ChannelKind = 'phone' | 'trunk' | 'local';

/** What is known of a channel when it appears. */
export interface Appearance {
  readonly name: ChannelName;
  readonly context: string;
  readonly callerNumber: string;
  /** Without its technology; empty where nobody dialled it. */
  readonly dialString?: string;
}

export class Dialplan {
  readonly #extension: RegExp;
  readonly #trunks: RegExp;
  readonly #trunkContexts: RegExp;
  readonly #ivrs: RegExp;
  readonly #ringGroups: RegExp;
  readonly #voicemails: RegExp;

  /** Throws a UserError `extensionPattern` where that is no regular expression. */
  constructor(settings: DialplanSettings) {
    try {
      this.#extension = new RegExp(settings.extensionPattern);
    } catch (cause) {
      throw new UserError('config', source('extension-pattern-try'), {
        field: 'extensionPattern',
        cause,
      });
    }
    this.#trunks = anyOf(settings.trunks);
    this.#trunkContexts = anyOf(settings.trunkContexts);
    this.#ivrs = anyOf(settings.ivrContexts);
    this.#ringGroups = anyOf(settings.ringGroupContexts);
    this.#voicemails = anyOf(settings.voicemailContexts);
  }

  isExtension(number: string): boolean {
    return this.#extension.test(number);
  }

  /** Whether somebody who dials this stays inside: an extension, a feature code, a name. */
  isInside(dialled: string): boolean {
    return this.isExtension(dialled) || !/^\+?\d/.test(dialled);
  }

  /** A channel's context is that of its phone or line, at the moment in which it appears. */
  kindOf({ name, context, callerNumber, dialString = '' }: Appearance): ChannelKind {
    if (name.half !== '') return 'local';
    if (this.#trunks.test(name.resource) || this.#trunkContexts.test(context)) return 'trunk';
    if (this.isExtension(name.resource) || /^(?:from-)?internal/i.test(context)) return 'phone';
    // A span of a DAHDI card, or a number that is dialled through a line.
    if (/^[gGrRi]\d*\//.test(name.resource) || this.#isThroughLine(dialString)) return 'trunk';
    return /^\+?\d{7,}$/.test(callerNumber) && !this.isExtension(callerNumber) ? 'trunk' : 'phone';
  }

  isIvr(context: string): boolean {
    return this.#ivrs.test(context);
  }

  isRingGroup(context: string): boolean {
    return this.#ringGroups.test(context);
  }

  isVoicemail(context: string): boolean {
    return this.#voicemails.test(context);
  }

  #isThroughLine(dialString: string): boolean {
    return /^\+?\d[^@/]*@|\/\+?\d|\/sips?:\+?\d/.test(dialString);
  }
}

/** Matches a whole text that is one of the patterns. */
function anyOf(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) =>
    pattern
      .split('*')
      .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
  return sources.length === 0 ? /(?!)/ : new RegExp(`^(?:${sources.join('|')})$`, 'i');
}
