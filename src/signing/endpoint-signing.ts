/** How an endpoint signs: its settings and keys, read once at deploy, and the headers that they add to each attempt. */
import type { KeyObject } from 'node:crypto';
import type { Problem } from '../errors';
import { delivering } from '../sentences/delivering';
import { type HmacScheme, hmacHeaders, hmacKey, hmacScheme, type SignedMessage } from './hmac';
import type { HmacSettings } from './hmac-settings';
import { readSigningKey, type SigningKey } from './keys';
import { signStandard } from './standard-webhooks';

export type EndpointSigning =
  | { readonly kind: 'none' }
  | { readonly kind: 'standard'; readonly keys: readonly SigningKey[] }
  | {
      readonly kind: 'hmac';
      readonly scheme: HmacScheme;
      readonly keys: readonly KeyObject[];
      readonly separator: string;
    }
  /** It has to sign and cannot: nothing may be sent. */
  | { readonly kind: 'impossible'; readonly problem: Problem };

interface SigningSettings extends HmacSettings {
  readonly signing: 'none' | 'standard' | 'hmac';
  readonly hmacSeparator: string;
}

/** Reads the keys. `secrets` is the credential `signingSecrets`: a JSON array as text. */
export function compileSigning(settings: SigningSettings, secrets: string | undefined): EndpointSigning {
  if (settings.signing === 'none') return { kind: 'none' };
  const texts = readTexts(secrets);
  if (texts === undefined) return impossible('signing-stored');
  if (texts.length === 0) return impossible('signing-none');
  if (settings.signing === 'hmac') {
    const used = settings.hmacSeparator === '' ? texts.slice(0, 1) : texts;
    return {
      kind: 'hmac',
      scheme: hmacScheme(settings),
      keys: used.map(hmacKey),
      separator: settings.hmacSeparator,
    };
  }
  const keys = texts.flatMap((text) => readSigningKey(text) ?? []);
  return keys.length === texts.length ? { kind: 'standard', keys } : impossible('signing-key');
}

/**
 * The headers that sign one attempt, to win over any of the same name. `url` is signed as it goes out, without user info
 * and fragment.
 */
export function signatureHeaders(
  signing: Exclude<EndpointSigning, { kind: 'impossible' }>,
  attempt: Omit<SignedMessage, 'timestamp'> & { readonly nowMs: number },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(attempt.nowMs / 1000));
  switch (signing.kind) {
    case 'none':
      return {};
    case 'standard':
      return {
        'webhook-timestamp': timestamp,
        'webhook-signature': signStandard(signing.keys, { id: attempt.id, timestamp, body: attempt.body }),
      };
    case 'hmac':
      return hmacHeaders(signing.scheme, signing, { ...attempt, timestamp, url: urlOnTheWire(attempt.url) });
  }
}

function urlOnTheWire(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return origin + pathname + search;
}

function readTexts(secrets: string | undefined): readonly string[] | undefined {
  if (!secrets) return [];
  try {
    const parsed: unknown = JSON.parse(secrets);
    if (!Array.isArray(parsed)) return undefined;
    const texts = parsed.filter((text): text is string => typeof text === 'string' && text !== '');
    return texts.length === parsed.length ? texts : undefined;
  } catch {
    return undefined;
  }
}

function impossible(why: 'signing-stored' | 'signing-none' | 'signing-key'): EndpointSigning {
  return { kind: 'impossible', problem: { field: 'signingSecrets', ...delivering(why) } };
}
