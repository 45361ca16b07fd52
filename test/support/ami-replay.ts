/** Reads a recording of a manager connection as the source would hear it, piece by piece, without any connection. */
import type { AmiReader, Happening } from '../../src/sources/asterisk-ami/ami-reader';
import { AmiParser } from '../../src/sources/asterisk-ami/client/parser';

/** Offset in bytes, milliseconds since the first piece, length in bytes. */
export type Pieces = readonly (readonly [offset: number, ms: number, length: number])[];

/** The whole recording at once, at one moment. */
export function inOnePiece(bytes: Uint8Array): Pieces {
  return [[0, 0, bytes.length]];
}

/** What the reader makes of it. `startMs`: when the first piece comes in. */
export function replay(reader: AmiReader, bytes: Uint8Array, pieces: Pieces, startMs: number): Happening[] {
  const happenings: Happening[] = [];
  let nowMs = startMs;
  const parser = new AmiParser({ packet: (packet) => void happenings.push(...reader.read(packet, nowMs)) });
  for (const [offset, ms, length] of pieces) {
    nowMs = startMs + ms;
    happenings.push(...reader.tick(nowMs));
    parser.push(bytes.subarray(offset, offset + length));
  }
  happenings.push(...reader.tick(nowMs + 1_000));
  return happenings;
}
