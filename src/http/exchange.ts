/** One request on its way and its answer coming back: phases, the one time limit, the size limit, and one result. */
import type { Dispatcher } from 'undici';
import type { Clock, Timer } from '../clock';
import { wire } from '../sentences/wire';
import type { Cancellable } from './cancellation';
import { decode } from './content-decoding';
import type { WireResult } from './http-client';
import { type Explained, explainError, hostAndPort, inSeconds, type Phase } from './wire-failure';

/** More of an answer is not read. */
export const MAX_RESPONSE_BYTES = 1_048_576;

const NO_BODY = Buffer.alloc(0);

type Headers = Record<string, string | string[]>;

export interface ExchangeOptions {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** True while all connections to the origin are taken; asked only when the time is up before the request was sent. */
  readonly isCrowded: () => boolean;
  /** Called once. */
  readonly onEnd: (result: WireResult) => void;
}

export class Exchange implements Dispatcher.DispatchHandler, Cancellable {
  readonly #options: ExchangeOptions;
  readonly #startedAtMs: number;
  readonly #timer: Timer;
  #controller: Dispatcher.DispatchController | undefined;
  #phase: Phase | 'ended' = 'connecting';
  #statusCode: number | undefined;
  #headers: Headers = {};
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#startedAtMs = options.clock.now();
    this.#timer = options.clock.after(options.timeoutMs, () => this.#breakOff(this.#explainTimeout()));
  }

  /** Ends it from this side. After the end it changes nothing. */
  cancel(): void {
    this.#breakOff(this.#explainCancel());
  }

  // What the pool calls, in this order. After the end it may still call: then nothing counts any more.

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown rather than aborted: nothing was written yet, so the connection stays fit for the next request.
    if (this.#phase === 'ended') throw new Error('The exchange ended before the request was sent');
    this.#controller = controller;
    this.#phase = 'waiting';
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number, headers: unknown): void {
    // 1xx comes before the answer proper.
    if (statusCode < 200 || this.#phase === 'ended') return;
    this.#phase = 'reading';
    this.#statusCode = statusCode;
    this.#headers = headers as Headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase === 'ended') return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > MAX_RESPONSE_BYTES) {
      this.#complete(true);
      this.#controller?.abort(new Error('The answer is longer than is read'));
    }
  }

  onResponseEnd(): void {
    if (this.#phase !== 'ended') this.#complete(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    if (this.#phase === 'ended') return;
    const { url } = this.#options;
    this.#fail(explainError(error, { url, phase: this.#phase, statusCode: this.#statusCode }));
  }

  /** Ends it with this failure, wherever it stands. */
  #breakOff(explained: Explained): void {
    if (this.#phase === 'ended') return;
    this.#fail(explained);
    this.#controller?.abort(new Error(explained.message));
  }

  #fail(explained: Explained): void {
    this.#end();
    this.#options.onEnd({ kind: 'failure', ...explained, durationMs: this.#durationMs() });
  }

  #complete(cut: boolean): void {
    this.#end();
    const encoding = this.#headers['content-encoding'];
    const bytes = Buffer.concat(this.#chunks, Math.min(this.#length, MAX_RESPONSE_BYTES));
    if (typeof encoding !== 'string' || bytes.length === 0) {
      this.#respond(this.#headers, bytes.length === 0 ? NO_BODY : bytes, cut);
      return;
    }
    void decode(bytes, encoding, MAX_RESPONSE_BYTES, cut).then((decoded) => {
      if (!decoded) return this.#respond(this.#headers, bytes, cut);
      const { 'content-encoding': _, 'content-length': __, ...headers } = this.#headers;
      return this.#respond(headers, decoded.body, decoded.cut);
    });
  }

  #respond(headers: Headers, body: Buffer, cut: boolean): void {
    const cookies = headers['set-cookie'];
    if (typeof cookies === 'string') headers['set-cookie'] = [cookies];
    const durationMs = this.#durationMs();
    const statusCode = this.#statusCode ?? 0;
    this.#chunks = [];
    this.#options.onEnd({ kind: 'response', statusCode, headers, body, cut, durationMs });
  }

  #end(): void {
    this.#phase = 'ended';
    this.#timer.cancel();
  }

  #durationMs(): number {
    return Math.max(0, this.#options.clock.now() - this.#startedAtMs);
  }

  #explainTimeout(): Explained {
    const at = hostAndPort(this.#options.url);
    const within = inSeconds(this.#options.timeoutMs);
    switch (this.#phase) {
      case 'connecting': {
        const name = this.#options.isCrowded() ? 'crowded' : 'late-connection-within';
        return { failure: 'timeout', ...wire(name, { at, within }) };
      }
      case 'waiting':
        return { failure: 'timeout', ...wire('late-answer', { at, within }) };
      case 'reading':
      case 'ended':
        return { failure: 'timeout', ...wire('late-end', { at, status: this.#statusCode ?? '', within }) };
    }
  }

  #explainCancel(): Explained {
    return { failure: 'reset', ...wire('ended', { at: hostAndPort(this.#options.url) }) };
  }
}
