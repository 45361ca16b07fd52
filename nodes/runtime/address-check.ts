/** Tries addresses on the rule of an endpoint that is being edited, by the guards that will judge its requests. */
import { type AddressVerdict, checkAddress } from '../../src/http/address-check';
import { isProxied } from '../../src/http/no-proxy';
import { endpoint } from '../../src/sentences/endpoint';
import { parseConfig } from '../telephony-webhook-endpoint/config';
import type { GuardedTransport, Transports } from './address-trust';
import { connectionOf } from './endpoint-connection';
import { typedOriginOf } from './message';
import type { Red } from './red';

/** What becomes of an address that is typed in a node, and of one that only a message brings. */
export interface CheckedAddress {
  readonly url: string;
  readonly typed: AddressVerdict;
  readonly brought: AddressVerdict;
}

/** A panel asks for a few. */
const MOST = 10;

const UNREADABLE: AddressVerdict = { kind: 'unknown', reason: endpoint('address-form') };

/** `asked`: `config` (the saved properties of the endpoint), `urls`. */
export async function checkAddresses(
  red: Red,
  asked: Readonly<Record<string, unknown>>,
): Promise<{ checks: readonly CheckedAddress[] }> {
  const { transports } = connectionOf(red, parseConfig(asked['config']).config);
  const urls = (Array.isArray(asked['urls']) ? asked['urls'] : []).slice(0, MOST).map(String);
  return { checks: await Promise.all(urls.map((url) => checkOne(transports, url))) };
}

async function checkOne({ typed, brought }: Transports, url: string): Promise<CheckedAddress> {
  const origin = typedOriginOf(url);
  if (origin === undefined) return { url, typed: UNREADABLE, brought: UNREADABLE };
  const verdictOf = (transport: GuardedTransport): Promise<AddressVerdict> =>
    checkAddress(transport.guard, new URL(origin), isProxied(transport, new URL(origin)));
  const [ofTyped, ofBrought] = await Promise.all([verdictOf(typed), verdictOf(brought)]);
  return { url, typed: ofTyped, brought: ofBrought };
}
