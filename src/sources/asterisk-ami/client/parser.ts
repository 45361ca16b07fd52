/**
 * Bytes of the manager interface → packets. It takes what comes in pieces of any size, holds no more than one packet,
 * and lets no input stop it: what is no header line is left out and counted. What packets mean is not its business.
 */
import { Packet } from './packet';

export interface ParserLimits {
  /** What goes beyond this is cut off a line. Asterisk itself refuses lines of actions beyond 1 kB. */
  readonly lineBytes: number;
  /** A packet that is longer is left out as a whole. Answers with the output of a command are the longest there are. */
  readonly packetBytes: number;
}

const DEFAULT_LIMITS: ParserLimits = { lineBytes: 16_384, packetBytes: 1_048_576 };

/** What was wrong with the input so far. */
export interface ParserCounts {
  /** Lines that are no header. */
  readonly garbageLines: number;
  readonly cutLines: number;
  readonly droppedPackets: number;
}

export interface ParserListener {
  packet(packet: Packet): void;
  /** The line with which the server introduces itself, such as `Asterisk Call Manager/11.0.0`. */
  greeting?(line: string): void;
}

const LF = 10;
const CR = 13;
const GREETING = /^.{1,60}Call Manager\/\d/;

export class AmiParser {
  readonly #listener: ParserListener;
  readonly #limits: ParserLimits;
  /** The beginning of a packet whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** How much of the rest has been looked at, and where the last line in it begins. */
  #seen = 0;
  #lineStart = 0;
  /** The packet is too long: everything up to its end is thrown away. */
  #skipping = false;
  #greeted = false;
  #garbageLines = 0;
  #cutLines = 0;
  #droppedPackets = 0;

  constructor(listener: ParserListener, limits: Partial<ParserLimits> = {}) {
    this.#listener = listener;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  get counts(): ParserCounts {
    return { garbageLines: this.#garbageLines, cutLines: this.#cutLines, droppedPackets: this.#droppedPackets };
  }

  /** Takes the next bytes. The listener is called before this returns; the bytes may be reused then. */
  push(chunk: Uint8Array): void {
    const bytes =
      this.#rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([this.#rest, chunk]);
    let packetStart = 0;
    let lineStart = this.#lineStart;
    for (let at = bytes.indexOf(LF, this.#seen); at !== -1; at = bytes.indexOf(LF, lineStart)) {
      const isEmpty = at === lineStart || (at === lineStart + 1 && bytes[lineStart] === CR);
      lineStart = at + 1;
      if (!this.#greeted) {
        this.#greeted = true;
        const line = trimmedLine(
          bytes.toString('latin1', packetStart, Math.min(at, packetStart + this.#limits.lineBytes)),
        );
        if (GREETING.test(line)) {
          this.#listener.greeting?.(line);
          packetStart = lineStart;
          continue;
        }
      }
      if (!isEmpty) continue;
      this.#end(bytes, packetStart, at);
      packetStart = lineStart;
    }
    this.#keep(bytes, packetStart, lineStart);
  }

  /** Keeps what belongs to a packet that is not whole, if that is not too much already. */
  #keep(bytes: Buffer, packetStart: number, lineStart: number): void {
    if (this.#skipping || bytes.length - packetStart > this.#limits.packetBytes) {
      this.#skipping = true;
      const line = bytes.subarray(lineStart);
      // Of a line that is still open it matters only whether it may yet be the empty one that ends the packet.
      this.#rest = Buffer.from(line.length > 1 ? '.' : line);
      this.#lineStart = 0;
    } else {
      // A copy: the chunk belongs to the socket.
      this.#rest = Buffer.from(bytes.subarray(packetStart));
      this.#lineStart = lineStart - packetStart;
    }
    this.#seen = this.#rest.length;
  }

  #end(bytes: Buffer, start: number, end: number): void {
    if (this.#skipping || end - start > this.#limits.packetBytes) {
      this.#skipping = false;
      this.#droppedPackets++;
      return;
    }
    const cells = this.#cells(bytes.toString('utf8', start, end));
    if (cells.length > 0) this.#listener.packet(new Packet(cells));
  }

  /** Keys and values of the lines of a packet. */
  #cells(text: string): string[] {
    const { lineBytes } = this.#limits;
    const cells: string[] = [];
    let start = 0;
    // Looked for once, not from each line without one to the end of the packet.
    let colon = text.indexOf(':');
    while (start < text.length) {
      let end = text.indexOf('\n', start);
      if (end === -1) end = text.length;
      const next = end + 1;
      if (text.charCodeAt(end - 1) === CR) end--;
      if (end - start > lineBytes) {
        end = start + lineBytes;
        this.#cutLines++;
      }
      if (colon !== -1 && colon < start) colon = text.indexOf(':', start);
      if (colon > start && colon < end) {
        // One blank belongs to the colon; others belong to the value.
        const valueStart = text.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1;
        cells.push(text.slice(start, colon), text.slice(Math.min(valueStart, end), end));
      } else if (end > start) {
        this.#garbageLines++;
      }
      start = next;
    }
    return cells;
  }
}

function trimmedLine(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
