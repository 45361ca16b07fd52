/**
 * A manager interface as small as it can be: it checks the login, answers what it is told to answer, plays recordings, and can
 * cut, stall and half-open the line.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Packet } from '../../src/sources/asterisk-ami/client/packet';
import { AmiParser } from '../../src/sources/asterisk-ami/client/parser';
import type { Pieces } from './ami-replay';

export interface AmiServerOptions {
  readonly username?: string;
  readonly secret?: string;
  readonly greeting?: string;
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  readonly port?: number;
}

/** What an action is answered: header lines, or several packets of them. */
export type Answer = (action: Packet) => readonly (readonly string[])[];

const EMPTY_LIST: Answer = () => [
  ['Response: Success', 'EventList: start', 'Message: Channels will follow'],
  ['Event: StatusComplete', 'EventList: Complete', 'ListItems: 0'],
];

export class AmiServer {
  readonly port: number;
  readonly logins: { readonly username: string; readonly accepted: boolean; readonly byProof: boolean }[] = [];
  readonly actions: Packet[] = [];
  /** By name of the action; without one it is refused. Permission to change at any time. */
  readonly answers = new Map<string, Answer>([
    ['Status', EMPTY_LIST],
    ['Ping', () => [['Response: Success', 'Ping: Pong']]],
    ['CoreSettings', () => [['Response: Success', 'AsteriskVersion: 20.9.0']]],
  ]);
  readonly #server: Server;
  readonly #options: Required<Pick<AmiServerOptions, 'username' | 'secret' | 'greeting'>>;
  readonly #sockets = new Set<Socket>();
  readonly #listening = new Set<Socket>();
  readonly #waiting: { readonly isDone: () => boolean; readonly resolve: () => void }[] = [];
  #mute = false;

  private constructor(server: Server, options: AmiServerOptions) {
    const { username = 'nodered', secret = 'swordfish', greeting = 'Asterisk Call Manager/9.0.0' } = options;
    this.#options = { username, secret, greeting };
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async listen(options: AmiServerOptions = {}): Promise<AmiServer> {
    let running: AmiServer | undefined;
    const accept = (socket: Socket): void => running?.accept(socket);
    const server = options.tls ? createTlsServer(options.tls, accept) : createTcpServer(accept);
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    running = new AmiServer(server, options);
    return running;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Ends every connection at once, in the middle of whatever it says. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Hears nothing and says nothing from now on; the line stays. */
  halfOpen(): void {
    this.#mute = true;
  }

  /** Says something to everybody who is logged in. */
  say(bytes: Uint8Array | string): void {
    if (!this.#mute) for (const socket of this.#listening) socket.write(bytes);
  }

  /** An event of which the lines are given; as one of class `call`, stamped with nothing. */
  tell(...lines: readonly string[]): void {
    this.say(`${[lines[0], 'Privilege: call,all', ...lines.slice(1)].join('\r\n')}\r\n\r\n`);
  }

  /** Plays what the recorded Asterisk said by itself: at full speed, or `atOwnPace` with its pauses. */
  async play(recording: Buffer, pieces: Pieces, atOwnPace = false): Promise<void> {
    const startMs = performance.now();
    for (const [offset, ms, length] of ownWords(recording, pieces)) {
      const waitMs = atOwnPace ? ms - (performance.now() - startMs) : 0;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      this.say(recording.subarray(offset, offset + length));
    }
  }

  /** Resolves once this is so; it is looked at whenever an action comes in or a connection changes. */
  until(isDone: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isDone, resolve });
      this.#look();
    });
  }

  /** How many are logged in. */
  get listeners(): number {
    return this.#listening.size;
  }

  #look(): void {
    for (const wait of this.#waiting.filter(({ isDone }) => isDone())) {
      this.#waiting.splice(this.#waiting.indexOf(wait), 1);
      wait.resolve();
    }
  }

  private accept(socket: Socket): void {
    this.#sockets.add(socket);
    const challenge = String(100_000 + this.logins.length);
    const parser = new AmiParser({
      packet: (action) => {
        if (this.#mute) return;
        this.actions.push(action);
        this.#answer(socket, action, challenge);
        this.#look();
      },
    });
    socket.on('data', (chunk: Buffer) => parser.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#listening.delete(socket);
      this.#look();
    });
    if (!this.#mute) socket.write(`${this.#options.greeting}\r\n`);
  }

  #answer(socket: Socket, action: Packet, challenge: string): void {
    // As for Asterisk, the case of a name does not matter.
    const name = action.text('Action').toLowerCase();
    const reply = (packets: readonly (readonly string[])[]): void => {
      const id = `ActionID: ${action.text('ActionID')}`;
      for (const lines of packets) socket.write(`${[lines[0], id, ...lines.slice(1)].join('\r\n')}\r\n\r\n`);
    };
    const answer = [...this.answers].find(([known]) => known.toLowerCase() === name)?.[1];
    if (answer !== undefined) reply(answer(action));
    else if (name === 'challenge') reply([['Response: Success', `Challenge: ${challenge}`]]);
    else if (name === 'login') {
      const accepted = this.#isProven(action, challenge);
      const byProof = action.get('Key') !== undefined;
      this.logins.push({ username: action.text('Username'), accepted, byProof });
      if (accepted) this.#listening.add(socket);
      reply([
        accepted
          ? ['Response: Success', 'Message: Authentication accepted']
          : ['Response: Error', 'Message: Authentication failed'],
      ]);
      if (!accepted) socket.end();
    } else reply([['Response: Error', 'Message: Permission denied']]);
  }

  #isProven(action: Packet, challenge: string): boolean {
    const { username, secret } = this.#options;
    const proof = createHash('md5').update(challenge).update(secret).digest('hex');
    return action.text('Username') === username && (action.text('Key') === proof || action.text('Secret') === secret);
  }
}

/** The recording without its greeting and without answers to whoever recorded it. */
function* ownWords(
  recording: Buffer,
  pieces: Pieces,
): Generator<readonly [offset: number, ms: number, length: number]> {
  let start = recording.indexOf('\n') + 1;
  for (const [offset, ms, length] of pieces) {
    const end = offset + length;
    for (;;) {
      // A value that ends with a line break leaves an empty line behind its packet.
      while (recording.subarray(start, start + 2).toString('latin1') === '\r\n') start += 2;
      const close = recording.indexOf('\r\n\r\n', start);
      if (close === -1 || close + 4 > end) break;
      if (recording.subarray(start, start + 6).toString('latin1') === 'Event:') yield [start, ms, close + 4 - start];
      start = close + 4;
    }
  }
}
