/**
 * Which addresses a webhook may be sent to. Judged on the host of the URL, on what DNS answers and on the address that
 * the socket is connected to, so that neither a spelling nor an answer that changes gets round it.
 */
import { type LookupAddress, type LookupAllOptions, lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Sentence } from '../sentence';
import { address } from '../sentences/address';
import { wire } from '../sentences/wire';
import { type AddressPolicy, parseAllowEntry, plainHost } from './address-rule';
import { holds, scopeOf } from './ip-address';

/** Asks DNS, as `dns.lookup` with `all` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, answers: LookupAddress[]) => void,
) => void;

export interface AddressGuardOptions {
  readonly policy: AddressPolicy;
  /** For `list`: see address-rule.ts. What cannot be read allows nothing. */
  readonly allow?: readonly string[];
  /**
   * True: the flow's author typed the host into a template, a webhook out or an endpoint. False: a message brought it, and
   * under `lan` it may only be public.
   */
  readonly hostTyped: boolean;
  /** Undefined: `dns.lookup`. */
  readonly resolve?: Resolve;
}

/** Names that lead to a metadata service or to this machine whatever DNS says. */
const KNOWN_NAMES: readonly { readonly matches: RegExp; readonly address: string }[] = [
  { matches: /^(?:.+\.)?localhost$/, address: '127.0.0.1' },
  { matches: /^metadata(?:\.google\.internal|\.goog)?$/, address: '169.254.169.254' },
];

/** Judging takes microseconds, and most requests go to a few hosts. */
const MOST_HOSTS_KEPT = 1000;

export class AddressGuard {
  readonly #options: AddressGuardOptions;
  readonly #resolve: Resolve;
  readonly #blocks = new BlockList();
  readonly #names = new Set<string>();
  readonly #suffixes: string[] = [];
  readonly #judgedHosts = new Map<string, Sentence | undefined>();
  #hasBlocks = false;

  constructor(options: AddressGuardOptions) {
    this.#options = options;
    this.#resolve = options.resolve ?? lookUp;
    for (const entry of options.allow ?? []) this.#allow(entry);
  }

  /**
   * Why a host may not be reached, in a sentence, as far as the name alone tells. Undefined: nothing speaks against it.
   *
   * @param hostname as `URL.hostname` gives it; IPv6 addresses in brackets
   * @param throughProxy true where a proxy will ask DNS, so that the name is all that can be judged
   */
  judgeHost(hostname: string, throughProxy = false): Sentence | undefined {
    const reason = this.#judgedHosts.has(hostname) ? this.#judgedHosts.get(hostname) : this.#judgeAnew(hostname);
    if (reason !== undefined || !throughProxy || this.#options.policy !== 'list') return reason;
    const host = plainHost(hostname);
    if (isIP(host) !== 0 || this.#isNamed(host)) return undefined;
    return address('not-listed-proxy', { host });
  }

  /** Why an address may not be reached under a host name, in a sentence. Undefined: it may. */
  judgeAddress(ip: string, hostname: string): Sentence | undefined {
    const host = plainHost(hostname);
    const { scope, kind } = scopeOf(ip);
    const { policy, hostTyped } = this.#options;
    const what = address(kind);
    const subject =
      host === ip ? address('is', { address: ip, what }) : address('leads-to', { host, address: ip, what });
    if (scope === 'never') return address('never', { subject, policy });
    if (policy === 'list') {
      return this.#isNamed(host) || holds(this.#blocks, ip) ? undefined : address('not-named', { subject });
    }
    if (scope === 'public' || (policy === 'lan' && hostTyped)) return undefined;
    return address(hostTyped ? 'only-public' : `brought-${policy}`, { subject });
  }

  /**
   * As `dns.lookup`, without the addresses that may not be reached: the socket gets the rest only, so nothing is lost by
   * it, and names in a local network often have a link-local address beside the one that is meant. Fails with an
   * AddressBlockedError when none is left.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#resolve(hostname, { ...options, all: true }, (error, answers) => {
      if (error) {
        callback(error, []);
        return;
      }
      const reasons = answers.map(({ address }) => this.judgeAddress(address, hostname));
      const allowed = answers.filter((_, index) => reasons[index] === undefined);
      const [first] = allowed;
      if (!first) {
        callback(new AddressBlockedError(reasons[0] ?? wire('no-address', { host: hostname })), []);
      } else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

  #judgeAnew(hostname: string): Sentence | undefined {
    const reason = this.#judge(plainHost(hostname));
    if (this.#judgedHosts.size >= MOST_HOSTS_KEPT) this.#judgedHosts.clear();
    this.#judgedHosts.set(hostname, reason);
    return reason;
  }

  #judge(host: string): Sentence | undefined {
    if (isIP(host) !== 0) return this.judgeAddress(host, host);
    const known = KNOWN_NAMES.find(({ matches }) => matches.test(host));
    if (known) return this.judgeAddress(known.address, host);
    if (this.#options.policy === 'list' && !this.#hasBlocks && !this.#isNamed(host)) {
      return address('not-listed', { host });
    }
    return undefined;
  }

  #allow(text: string): void {
    const entry = parseAllowEntry(text);
    switch (entry?.kind) {
      case undefined:
        return;
      case 'host':
        this.#names.add(entry.host);
        return;
      case 'below':
        this.#suffixes.push(entry.suffix);
        return;
      case 'block':
        this.#hasBlocks = true;
        this.#blocks.addSubnet(entry.address, entry.bits, entry.family);
    }
  }

  #isNamed(host: string): boolean {
    return this.#names.has(host) || this.#suffixes.some((suffix) => host.endsWith(suffix));
  }
}

/** What a connection ends with when its address may not be reached; the sentence is for the user. */
export class AddressBlockedError extends Error {
  override readonly name = 'AddressBlockedError';
  readonly code = 'ADDRESS_BLOCKED';

  constructor(readonly sentence: Sentence) {
    super(sentence.message);
  }
}
