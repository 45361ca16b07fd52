/** Keys that sign and verify by Standard Webhooks, read once so that a message costs no more than its signature. */
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readKeyText, writeKeyText } from './key-text';

/** A key and the version of the signatures that it makes or verifies. */
export interface SigningKey {
  readonly version: 'v1' | 'v1a';
  readonly key: KeyObject;
}

/** What stands before the 32 bytes of an ed25519 key in DER (RFC 8410). */
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');

/** A key that signs: `whsec_…` or `whsk_…`. Undefined: it is neither. */
export function readSigningKey(text: string): SigningKey | undefined {
  const read = readKeyText(text);
  if (read?.kind === 'secret') return { version: 'v1', key: createSecretKey(read.bytes) };
  if (read?.kind !== 'private') return undefined;
  const key = createPrivateKey({
    key: Buffer.concat([PRIVATE_DER, read.bytes.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  });
  // Halves that do not belong together would make signatures that the receiver's key refuses.
  const isPair = read.bytes.length === 32 || publicBytes(key).equals(read.bytes.subarray(32));
  return isPair ? { version: 'v1a', key } : undefined;
}

/** A key that verifies: `whsec_…` or `whpk_…`. Undefined: it is neither. */
export function readVerifyingKey(text: string): SigningKey | undefined {
  const read = readKeyText(text);
  if (read?.kind === 'secret') return { version: 'v1', key: createSecretKey(read.bytes) };
  return read?.kind === 'public' ? { version: 'v1a', key: ed25519PublicKey(read.bytes) } : undefined;
}

/** The public key `whpk_…` that belongs to a private one, for the receiver. Undefined: it is no private key. */
export function publicKeyText(privateText: string): string | undefined {
  const signing = readSigningKey(privateText);
  return signing?.version === 'v1a' ? writeKeyText({ kind: 'public', bytes: publicBytes(signing.key) }) : undefined;
}

/** `bytes`: the 32 bytes of the key. */
export function ed25519PublicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_DER, bytes]), format: 'der', type: 'spki' });
}

function publicBytes(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length);
}
