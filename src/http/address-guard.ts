/**
 * Which addresses a webhook may be sent to. Judged on the host of the URL, on what DNS answers and on the address that
 * the socket is connected to, so that neither a spelling nor an answer that changes gets round it.
 */
import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { quoted, UserError } from '../errors';
import { addBlock, holds, scopeOf } from './ip-address';

/**
 * `lan`: public and private addresses, and this machine if the flow's author typed the host. `public`: public addresses.
 * `list`: what the list names. Metadata services, link-local and unspecified addresses: never.
 */
export const ADDRESS_POLICIES = ['lan', 'public', 'list'] as const;
export type AddressPolicy = (typeof ADDRESS_POLICIES)[number];

export interface AddressGuardOptions {
  readonly policy: AddressPolicy;
  /** For `list`: host names, `*.example.com` for the hosts below a name, addresses, CIDR blocks. */
  readonly allow?: readonly string[];
  /**
   * True: the flow's author typed the host into a template or an endpoint. False: a message brought it, and under `lan`
   * it may only be public.
   */
  readonly hostTyped: boolean;
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
  readonly #blocks = new BlockList();
  readonly #names = new Set<string>();
  readonly #suffixes: string[] = [];
  readonly #judgedHosts = new Map<string, string | undefined>();
  #hasBlocks = false;

  /** Throws a UserError (`address-list`) that names the entry of `allow` that is neither a host nor an address. */
  constructor(options: AddressGuardOptions) {
    this.#options = options;
    for (const [index, entry] of (options.allow ?? []).entries()) this.#allow(entry, `allow[${index}]`);
  }

  /**
   * Why a host may not be reached, in a sentence, as far as the name alone tells. Undefined: nothing speaks against it.
   *
   * @param hostname as `URL.hostname` gives it; IPv6 addresses in brackets
   */
  judgeHost(hostname: string): string | undefined {
    if (this.#judgedHosts.has(hostname)) return this.#judgedHosts.get(hostname);
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

  /** Why an address may not be reached under a host name, in a sentence. Undefined: it may. */
  judgeAddress(address: string, hostname: string): string | undefined {
    const host = plainHost(hostname);
    const { scope, what } = scopeOf(address);
    const { policy, hostTyped } = this.#options;
    const subject = host === address ? `${address} is ${what}` : `${host} leads to ${address}, which is ${what}`;
    if (scope === 'never') return `${subject}. Webhooks are never sent there.`;
    if (policy === 'list') return this.#isNamed(host) || holds(this.#blocks, address) ? undefined : notListed(host);
    if (scope === 'public') return undefined;
    if (policy === 'public') {
      return `${subject}, and the address policy "public" of the endpoint forbids it. Choose "lan" or "list" there to allow it.`;
    }
    if (hostTyped) return undefined;
    return (
      `${subject}, and a host that comes with a message may only be a public one. ` +
      'Type the host into the webhook or its endpoint, or name it in the list of the endpoint (address policy "list").'
    );
  }

  /** As `dns.lookup`, without the addresses that may not be reached. Fails with an AddressBlockedError when none is left. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, answers) => {
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

  #allow(entry: string, field: string): void {
    const text = plainHost(entry.trim());
    if (addBlock(this.#blocks, text)) {
      this.#hasBlocks = true;
      return;
    }
    const suffix = /^\*?\.(.+)$/.exec(text)?.[1];
    const host = canonicalName(suffix ?? text);
    if (host === undefined) {
      throw new UserError(
        'address-list',
        `${quoted(entry)} is no host name, address or CIDR block. Write for example crm.example.com, *.example.com, 192.168.1.20 or 10.0.0.0/8.`,
        { field },
      );
    }
    if (suffix === undefined) this.#names.add(host);
    else this.#suffixes.push(`.${host}`);
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
  return `${host} is not in the list of allowed addresses of the endpoint (address policy "list"). Add it there to allow it.`;
}

/** Without the brackets of an IPv6 address and the dot of a full name, in lower case. */
function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

function canonicalName(name: string): string | undefined {
  if (!/^[^\s/:@?#\\[\]*]+$/.test(name)) return undefined;
  try {
    return plainHost(new URL(`http://${name}/`).hostname);
  } catch {
    return undefined;
  }
}
