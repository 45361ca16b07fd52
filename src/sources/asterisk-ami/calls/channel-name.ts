/** What the names of channels and the strings that are dialled say, such as `PJSIP/101-0000001a` and `12025550155@trunk`. */

export interface ChannelName {
  /** `PJSIP`, `SIP`, `DAHDI`, `Local`… */
  readonly technology: string;
  /** The phone or line: `101`; of a Local channel the extension and context that it runs. */
  readonly resource: string;
  /** Which end of a Local pair: `1` is dialled, `2` runs the dialplan. Empty: no Local channel. */
  readonly half: '' | '1' | '2';
}

/** What Asterisk puts before the name of a channel whose place another one takes. */
const WRAPPERS = /^(?:AsyncGoto|Transfered|Parked|Bridge)\/(?=[^/]+\/)/;
const NAME = /^([^/]+)\/(.*?)(?:-[0-9a-f]{1,8})?(?:;([12]))?(?:<[A-Z]+>)?$/i;

export function parseChannelName(name: string): ChannelName {
  const [, technology = '', resource = '', half] = NAME.exec(name.replace(WRAPPERS, '')) ?? [];
  return { technology, resource, half: half === '1' || half === '2' ? half : '' };
}

/** Left over from a channel that another one has replaced. */
export function isZombie(name: string): boolean {
  return name.endsWith('<ZOMBIE>');
}

/** Channels that Asterisk makes for itself: they play, record and listen, and nobody is at their end. */
const SERVANTS = new Set(
  ['Message', 'CBAnn', 'CBRec', 'Announcer', 'Recorder', 'Snoop', 'Surrogate', 'UnicastRTP', 'MulticastRTP'].map(
    (technology) => technology.toLowerCase(),
  ),
);

export function isServant({ technology }: ChannelName): boolean {
  return SERVANTS.has(technology.toLowerCase());
}

/**
 * The number in a dial string without its technology: `12025550155@trunk`, `trunk/12025550155`,
 * `trunk/sip:12025550155@host`. Empty where a phone is dialled by its name alone.
 */
export function dialledNumber(dialString: string): string {
  const slash = dialString.indexOf('/');
  const address = slash === -1 ? dialString : dialString.slice(slash + 1);
  const uri = address.replace(/^sips?:/i, '');
  if (slash === -1 && !uri.includes('@')) return '';
  return uri.split(/[@;:,/]/, 1)[0] ?? '';
}

/** The bare number in what a phone forwards to or an agent is called by: `Local/102@from-internal/n`, `PJSIP/102`, `102`. */
export function bareNumber(destination: string): string {
  return destination.replace(/^[A-Za-z0-9]+\//, '').split(/[@/;,]/, 1)[0] ?? '';
}
