/** Undoes the Content-Encoding of an answer without ever holding more of it than is wanted. */

import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

export interface Decoded {
  readonly body: Buffer;
  /** True: there was more than `maxBytes`. */
  readonly cut: boolean;
}

/**
 * Decompresses at most `maxBytes`. Undefined: the encoding is not known here, or the bytes are not what it says.
 *
 * @param encoding value of Content-Encoding: gzip, x-gzip, deflate (with or without its zlib header) or br
 * @param truncated true where `compressed` is only the beginning; what it holds is decompressed then
 */
export function decode(
  compressed: Buffer,
  encoding: string,
  maxBytes: number,
  truncated: boolean,
): Promise<Decoded | undefined> {
  const decoder = decoderFor(encoding, compressed);
  if (!decoder) return Promise.resolve(undefined);
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (cut: boolean): void => {
      decoder.destroy();
      done({ body: Buffer.concat(chunks, Math.min(length, maxBytes)), cut });
    };
    decoder.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      // Reading stops here, so a bomb never unfolds further than one chunk.
      if (length > maxBytes) finish(true);
    });
    decoder.on('end', () => finish(truncated));
    decoder.on('error', () => {
      if (truncated && length > 0) finish(true);
      else done(undefined);
    });
    decoder.end(compressed);
  });
}

function decoderFor(encoding: string, compressed: Buffer): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      // RFC 9110 section 8.4.1.2 means the zlib format; some senders leave its header out.
      return ((compressed[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
