/**
 * Which addresses a webhook may be sent to. Judged on the host of the URL, on what DNS answers and on the address that
 * the socket is connected to, so that neither a spelling nor an answer that changes gets round it.
 */
import { type LookupAddress, type LookupAllOptions, lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
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
  readonly #judgedHosts = new Map<string, string | undefined>();
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
  judgeHost(hostname: string, throughProxy = false): string | undefined {
    const reason = this.#judgedHosts.has(hostname) ? this.#judgedHosts.get(hostname) : this.#judgeAnew(hostname);
    if (reason !== undefined || !throughProxy || this.#options.policy !== 'list') return reason;
    const host = plainHost(hostname);
    if (isIP(host) !== 0 || this.#isNamed(host)) return undefined;
    return `${notListed(host)} Through a proxy only its name counts, since the proxy asks DNS.`;
  }

  /** Why an address may not be reached under a host name, in a sentence. Undefined: it may. */
  judgeAddress(address: string, hostname: string): string | undefined {
    const host = plainHost(hostname);
    const { scope, what } = scopeOf(address);
    const { policy, hostTyped } = this.#options;
    const subject = host === address ? `${address} is ${what}` : `${host} leads to ${address}, which is ${what}`;
    if (scope === 'never') return `${subject}. The address policy "${policy}" forbids it, as every other does.`;
    if (policy === 'list') {
      if (this.#isNamed(host) || holds(this.#blocks, address)) return undefined;
      return `${subject}. The address policy "list" of the endpoint names neither host nor address: add one to its list to allow it.`;
    }
    if (scope === 'public' || (policy === 'lan' && hostTyped)) return undefined;
    if (!hostTyped) {
      return (
        `${subject}, and the address policy "${policy}" lets a host that a message brings be a public one only. To allow it, ` +
        `${policy === 'lan' ? 'type the whole address into the template, the webhook out or the endpoint, or ' : ''}` +
        'choose the policy "list" in the endpoint and name the host there.'
      );
    }
    return `${subject}, and the address policy "public" of the endpoint forbids it. Choose "lan" or "list" there to allow it.`;
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
        callback(new AddressBlockedError(reasons[0] ?? `${hostname} has no address.`), []);
      } else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

  #judgeAnew(hostname: string): string | undefined {
    const reason = this.#judge(plainHost(hostname));
    if (this.#judgedHosts.size >= MOST_HOSTS_KEPT) this.#judgedHosts.clear();
    this.#judgedHosts.set(hostname, reason);
    return reason;
  }

  #judge(host: string): string | undefined {
    if (isIP(host) !== 0) return this.judgeAddress(host, host);
    const known = KNOWN_NAMES.find(({ matches }) => matches.test(host));
    if (known) return this.judgeAddress(known.address, host);
    if (this.#options.policy === 'list' && !this.#hasBlocks && !this.#isNamed(host)) return notListed(host);
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

/** What a connection ends with when its address may not be reached; the message is for the user. */
export class AddressBlockedError extends Error {
  override readonly name = 'AddressBlockedError';
  readonly code = 'ADDRESS_BLOCKED';
}

function notListed(host: string): string {
  return `${host} is not in the list of the endpoint (address policy "list"). Add it there to allow it.`;
}
