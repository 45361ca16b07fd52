/** The hashes that a template can write. */

import { createHash, createHmac, getHashes } from 'node:crypto';
import { toUSVString } from 'node:util';
import { crc32 } from 'node:zlib';

export type DigestName = 'md5' | 'crc32' | 'sha1' | 'sha256';

/** Of the UTF-8 form of a text, as lower-case hex digits; CRC-32 as eight of them. */
export function digest(name: DigestName, text: string): string {
  if (name === 'crc32') return crc32(toUSVString(text)).toString(16).padStart(8, '0');
  return createHash(name).update(text, 'utf8').digest('hex');
}

export const HMAC_ALGORITHMS: readonly string[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].filter(
  (name) => getHashes().includes(name),
);
export const HMAC_ENCODINGS = ['hex', 'base64', 'base64url'] as const;

export function hmac(algorithm: string, key: string, text: string, encoding: (typeof HMAC_ENCODINGS)[number]): string {
  return createHmac(algorithm, key).update(text, 'utf8').digest(encoding);
}
