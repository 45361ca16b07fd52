/** Keeps the refresh token that a token endpoint gave in place of the one before, sealed in a file. */
import { createHash } from 'node:crypto';
import type { SealedFile } from '../store/sealed-file';
import type { RotatedToken } from './access-token-source';

/**
 * `origin` names what the token was rotated from: token URL, client and the refresh token that the user typed. Once one
 * of these is changed, what is stored counts no more.
 */
export function rotatedTokenFile(file: SealedFile, origin: readonly string[]): RotatedToken {
  const from = createHash('sha256').update(JSON.stringify(origin)).digest('hex');
  return {
    async read() {
      const stored = await file.read();
      const refreshToken = stored?.['from'] === from ? stored['refreshToken'] : undefined;
      return typeof refreshToken === 'string' ? refreshToken : undefined;
    },
    write: (refreshToken) => file.write({ from, refreshToken }),
  };
}
