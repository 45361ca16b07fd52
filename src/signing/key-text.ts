/**
 * Keys as Standard Webhooks writes them, between text and bytes. Also runs in a browser: a panel says at once what is wrong
 * with a key that was pasted.
 */

/** `secret`: shared, for v1 (HMAC). `private` signs and `public` verifies v1a (ed25519). */
export type KeyKind = 'secret' | 'private' | 'public';

export interface KeyText {
  readonly kind: KeyKind;
  readonly bytes: Uint8Array;
}

const KINDS: Readonly<Record<string, KeyKind>> = { whsec: 'secret', whsk: 'private', whpk: 'public' };

/** The specification says 24 to 64 bytes; Svix hands out up to 75. A private key may have its public one behind it. */
const isRightLength: Readonly<Record<KeyKind, (bytes: number) => boolean>> = {
  secret: (bytes) => bytes >= 24 && bytes <= 75,
  private: (bytes) => bytes === 32 || bytes === 64,
  public: (bytes) => bytes === 32,
};

/** A shared key may stand without its prefix, as the specification has it. Undefined: no key of this form. */
export function readKeyText(text: string): KeyText | undefined {
  const [, prefix = 'whsec', base64 = ''] = /^(?:(whsec|whsk|whpk)_)?([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  const kind = KINDS[prefix];
  const bytes = decodeBase64(base64);
  return kind !== undefined && bytes !== undefined && isRightLength[kind](bytes.length) ? { kind, bytes } : undefined;
}

export function writeKeyText({ kind, bytes }: KeyText): string {
  const prefix = Object.keys(KINDS).find((name) => KINDS[name] === kind);
  return `${prefix}_${btoa(String.fromCharCode(...bytes))}`;
}

function decodeBase64(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
