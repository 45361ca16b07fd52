/**
 * One connection to a manager interface, from the first byte to the last: it logs in, keeps the line alive, matches answers to
 * what was asked, and says why it ended. It is made anew for every attempt.
 */
import { createHash } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Clock, randomId, type Timer } from '../../../clock';
import type { Sentence } from '../../../sentence';
import { source } from '../../../sentences/source';
import type { SourceTrouble } from '../../source';
import { type ActionFields, writeAction } from './action';
import type { Packet } from './packet';
import { AmiParser } from './parser';

export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** SHA-256 of the server's certificate, which is trusted then whoever signed it. Empty: a known authority must have. */
  readonly fingerprint: string;
  /** Sends the secret itself instead of a proof that it is known. */
  readonly plainLogin: boolean;
  readonly username: string;
  readonly secret: string;
  /** The classes of events to be sent. */
  readonly classes: readonly string[];
}

/** Why a connection ended. `reason` is a sentence for the user. */
export interface Closing {
  readonly trouble: SourceTrouble;
  readonly reason: Sentence;
}

export interface ConnectionListener {
  /** Logged in. `greeting`: how the server introduced itself. */
  ready(greeting: string): void;
  /** Everything but the answers to actions. */
  event(packet: Packet): void;
  /** Once, and the last that is heard. */
  closed(closing: Closing): void;
}

/** How long the server may take to introduce itself and to let us in. */
const LOGIN_MS = 10_000;
/** Asterisk says nothing by itself to show that it is there. */
const PING_MS = 20_000;
const SILENCE_MS = 50_000;
const ACTION_MS = 20_000;

export class AmiConnection {
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  /** Nobody who only sees what is said in calls can guess the ids of our actions. */
  readonly #idPrefix = randomId('ami_');
  readonly #asked = new Map<string, (answer: Packet | undefined) => void>();
  readonly #timers = new Set<Timer>();
  #socket: Socket | TLSSocket | undefined;
  #greeting = '';
  #fingerprint = '';
  /** The answer that the login waits for. */
  #loginStep: ((answer: Packet) => void) | undefined;
  #serial = 0;
  #heardAtMs = 0;
  #isReady = false;
  #isClosed = false;

  constructor(settings: ConnectionSettings, clock: Clock, listener: ConnectionListener) {
    this.#settings = settings;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** SHA-256 of the server's certificate; empty without TLS, or before there is any. */
  get serverFingerprint(): string {
    return this.#fingerprint;
  }

  open(): void {
    const { host, port, tls } = this.#settings;
    const parser = new AmiParser({
      greeting: (line) => this.#greeted(line),
      packet: (packet) => this.#hear(packet),
    });
    const socket = tls ? this.#openTls() : connectTcp({ host, port });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PING_MS);
    socket.on('data', (chunk: Buffer) => {
      this.#heardAtMs = this.#clock.now();
      if (!this.#isClosed) parser.push(chunk);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(closingOf(error, this.#settings)));
    socket.on('close', () => this.#end(this.#lostClosing()));
    this.#after(LOGIN_MS, () => {
      if (!this.#isReady) this.#end(this.#silentClosing());
    });
  }

  /** Ends the connection without a word to the listener. */
  close(): void {
    if (this.#isReady && !this.#isClosed) this.#write([['Action', 'Logoff']]);
    this.#release();
  }

  /** Whether this belongs to an action of this connection. */
  isOwnAction(actionId: string): boolean {
    return actionId.startsWith(this.#idPrefix);
  }

  /** Asks, and answers what the server says to that; undefined where it says nothing in time. Throws as `writeAction`. */
  request(action: string, fields: ActionFields = [], timeoutMs = ACTION_MS): Promise<Packet | undefined> {
    return new Promise((resolve) => {
      if (this.#isClosed) {
        resolve(undefined);
        return;
      }
      const id = `${this.#idPrefix}-${++this.#serial}`;
      const timer = this.#after(timeoutMs, () => settle(undefined));
      const settle = (answer: Packet | undefined): void => {
        timer.cancel();
        this.#timers.delete(timer);
        this.#asked.delete(id);
        resolve(answer);
      };
      this.#asked.set(id, settle);
      this.#write([['Action', action], ['ActionID', id], ...fields]);
    });
  }

  #write(fields: ActionFields): void {
    const text = writeAction(fields);
    if (this.#socket?.writable) this.#socket.write(text);
  }

  #after(delayMs: number, action: () => void): Timer {
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return timer;
  }

  #openTls(): TLSSocket {
    const { host, port } = this.#settings;
    // Judged here, before anything is read or written, so that the fingerprint of a stranger can be told.
    const judgedHere = { rejectUnauthorized: false };
    const socket = connectTls({ host, port, ...judgedHere, ...(isIP(host) === 0 && { servername: host }) });
    socket.on('secureConnect', () => this.#judge(socket));
    return socket;
  }

  #judge(socket: TLSSocket): void {
    const { host, port, fingerprint } = this.#settings;
    const at = `${host}:${port}`;
    this.#fingerprint = socket.getPeerCertificate().fingerprint256 ?? '';
    const reason =
      fingerprint === ''
        ? source('certificate-untrusted', { at, reason: String(socket.authorizationError) })
        : source('certificate-other', { at, fingerprint: this.#fingerprint });
    const isTrusted = fingerprint === '' ? socket.authorized : digitsOf(this.#fingerprint) === digitsOf(fingerprint);
    if (!isTrusted) this.#end({ trouble: 'tls', reason });
  }

  #greeted(line: string): void {
    this.#greeting = line;
    const { plainLogin, username, secret, classes } = this.#settings;
    const events: ActionFields = [['Events', classes.join(',')]];
    const logIn = (proof: ActionFields): void => {
      this.#loginStep = (answer) => this.#loggedIn(answer);
      this.#write([
        ['Action', 'Login'],
        ['ActionID', `${this.#idPrefix}-login`],
        ['Username', username],
        ...proof,
        ...events,
      ]);
    };
    if (plainLogin) {
      logIn([['Secret', secret]]);
      return;
    }
    this.#loginStep = (answer) => {
      const challenge = answer.text('Challenge');
      // A server that is satisfied already needs no proof.
      if (challenge === '' && answer.text('Response') === 'Success') this.#loggedIn(answer);
      else if (challenge === '') {
        // The secret itself goes out only where somebody has chosen so: whoever answers may be after it.
        const said = answer.text('Message') || answer.text('Response');
        this.#end({ trouble: 'protocol', reason: source('no-challenge', { answer: said }) });
      } else {
        const key = createHash('md5').update(challenge).update(secret).digest('hex');
        logIn([
          ['AuthType', 'MD5'],
          ['Key', key],
        ]);
      }
    };
    this.#write([
      ['Action', 'Challenge'],
      ['ActionID', `${this.#idPrefix}-challenge`],
      ['AuthType', 'MD5'],
    ]);
  }

  #loggedIn(answer: Packet): void {
    this.#loginStep = undefined;
    if (answer.text('Response') !== 'Success') {
      const said = answer.text('Message');
      const reason = said ? source('login-refused', { answer: said }) : source('login-refused-silently');
      this.#end({ trouble: 'credentials', reason });
      return;
    }
    this.#isReady = true;
    this.#keepAlive();
    this.#listener.ready(this.#greeting);
  }

  #hear(packet: Packet): void {
    if (this.#isClosed) return;
    if (this.#greeting === '') {
      this.#end({
        trouble: 'protocol',
        reason: source('no-manager', { port: this.#settings.port }),
      });
    } else if (packet.get('Response') === undefined || packet.event !== '') this.#listener.event(packet);
    else if (this.#loginStep !== undefined) this.#loginStep(packet);
    else this.#asked.get(packet.text('ActionID'))?.(packet);
  }

  #keepAlive(): void {
    this.#after(PING_MS, () => {
      if (this.#clock.now() - this.#heardAtMs >= SILENCE_MS) {
        this.#end({ trouble: 'lost', reason: source('silent', { seconds: SILENCE_MS / 1000 }) });
        return;
      }
      if (this.#clock.now() - this.#heardAtMs >= PING_MS) void this.request('Ping');
      this.#keepAlive();
    });
  }

  #silentClosing(): Closing {
    const { host, port, tls } = this.#settings;
    if (this.#greeting !== '') return { trouble: 'lost', reason: source('login-unanswered') };
    const reason = source(tls ? 'says-nothing-tls' : 'says-nothing', { at: `${host}:${port}` });
    return { trouble: 'unreachable', reason };
  }

  #lostClosing(): Closing {
    const { host, port } = this.#settings;
    if (this.#isReady) return { trouble: 'lost', reason: source('closed') };
    return { trouble: 'unreachable', reason: source('closed-before-login', { at: `${host}:${port}` }) };
  }

  #end(closing: Closing): void {
    if (this.#isClosed) return;
    this.#release();
    this.#listener.closed(closing);
  }

  #release(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    for (const settle of [...this.#asked.values()]) settle(undefined);
    const socket = this.#socket;
    // What was written may still go out, but nobody waits for it.
    socket?.end();
    socket?.destroySoon();
  }
}

function digitsOf(fingerprint: string): string {
  return fingerprint.replace(/[^0-9a-f]/gi, '').toLowerCase();
}

/** What an error of the socket means to the one who configures the source. */
function closingOf(error: NodeJS.ErrnoException, { host, port }: ConnectionSettings): Closing {
  const { code = '', message } = error;
  const at = `${host}:${port}`;
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO|EPROTO|ERR_SSL/.test(code)) {
    return { trouble: 'tls', reason: source('tls', { at, code, reason: message }) };
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return { trouble: 'lost', reason: source('broken', { at, code }) };
  }
  return { trouble: 'unreachable', reason: source('unreachable', { at, reason: code || message }) };
}
