/** What an address guard says to a URL before anything is sent: the host, and what DNS answers for it. */
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { type Sentence, sentenceOf } from '../sentence';
import { AddressBlockedError, type AddressGuard } from './address-guard';
import { plainHost } from './address-rule';
import { explainError } from './wire-failure';

export type AddressVerdict =
  /** The addresses of the host that may be reached. None: a proxy asks DNS. */
  | { readonly kind: 'allowed'; readonly addresses: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: Sentence }
  /** DNS answers nothing. */
  | { readonly kind: 'unknown'; readonly reason: Sentence };

/** As far as it can be judged without a connection, by the guard itself. */
export async function checkAddress(guard: AddressGuard, url: URL, isProxied: boolean): Promise<AddressVerdict> {
  const reason = guard.judgeHost(url.hostname, isProxied);
  if (reason !== undefined) return { kind: 'refused', reason };
  const host = plainHost(url.hostname);
  if (isIP(host) !== 0) return { kind: 'allowed', addresses: [host] };
  if (isProxied) return { kind: 'allowed', addresses: [] };
  return new Promise((resolve) => {
    guard.lookup(url.hostname, { all: true }, (error, answers) => {
      if (error instanceof AddressBlockedError) resolve({ kind: 'refused', reason: error.sentence });
      else if (error) {
        const explained = explainError(error, { url, phase: 'connecting', statusCode: undefined });
        resolve({ kind: 'unknown', reason: sentenceOf(explained) });
      } else resolve({ kind: 'allowed', addresses: (answers as LookupAddress[]).map(({ address }) => address) });
    });
  });
}
