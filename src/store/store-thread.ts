/** One thread that runs a store's SQL, seen from the main thread: calls go in, promises come out. */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../errors';
import { store } from '../sentences/store';
import type { EngineOptions, OperationName, Operations } from './sqlite-engine';
import { type Answer, type Call, CLOSE, errorFrom, OPENING, type Outcome } from './worker-protocol';

/** Beside this file, compiled or not. */
const WORKER_FILE = join(__dirname, `sqlite-worker${extname(__filename)}`);

/**
 * Batches that the thread has not answered yet. With one more than it works on, it never waits for the next; what is
 * called beyond that is collected, so that a busy main thread wakes the other one seldom and commits are shared by many.
 */
const BATCHES_UNDER_WAY = 2;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export class StoreThread {
  /** Resolves when the file is open; rejects with the UserError that says why not. */
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #unsent: Call[] = [];
  #underWay = 0;
  #flushing = false;
  #lastId = OPENING;
  /** Refusals that callers have heard of. */
  #heard = 0;
  #ended: Error | undefined;

  constructor(options: EngineOptions) {
    // A loader that compiles has to come along; other options of the process (a debugger, a test's) must not.
    const execArgv = extname(WORKER_FILE) === '.ts' ? process.execArgv : [];
    this.#worker = new Worker(WORKER_FILE, { workerData: options, name: 'telephony-webhooks store', execArgv });
    this.#worker.unref();
    this.#worker.on('message', ({ batches, outcomes, refusals }: Answer) => {
      this.#underWay -= batches;
      this.#heard = refusals;
      this.#settle(outcomes);
      this.#flushSoon();
    });
    // An error ends the thread: `exit` follows.
    this.#worker.on('error', (error) => this.#end(stopped(options.path, error)));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end(stopped(options.path));
        resolve();
      });
    });
    this.opened = this.#promise(OPENING).then(() => undefined);
    // Where nobody asks, each call that was made meanwhile is rejected with the same reason.
    this.opened.catch(() => undefined);
  }

  /** False: the thread has ended and answers no more. */
  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /** Calls made in one turn of the event loop are sent together. */
  call<Name extends OperationName>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>> {
    return this.#send(name, args) as Promise<ReturnType<Operations[Name]>>;
  }

  async emptyLog(): Promise<void> {
    await this.#send('emptyLog', []);
  }

  /** Waits for the calls made so far and for the file to be closed. */
  async close(): Promise<void> {
    this.#flush();
    this.#worker.postMessage(CLOSE);
    this.#worker.ref();
    await this.#exited;
  }

  #send(name: Call['name'], args: readonly unknown[]): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#lastId += 1;
    this.#unsent.push({ id: this.#lastId, name, args, heard: this.#heard });
    this.#flushSoon();
    return this.#promise(this.#lastId);
  }

  /** A thread that someone waits for keeps the process alive; an idle one never does. */
  #promise(id: number): Promise<unknown> {
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #flushSoon(): void {
    if (this.#flushing || this.#unsent.length === 0 || this.#underWay >= BATCHES_UNDER_WAY) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const calls = this.#unsent;
    this.#unsent = [];
    if (calls.length === 0 || this.#ended !== undefined) return;
    try {
      this.#worker.postMessage(calls);
      this.#underWay += 1;
    } catch {
      for (const call of calls) this.#post(call);
    }
  }

  /** Sends one call by itself, so that one that cannot be sent (it holds a function) fails alone. */
  #post(call: Call): void {
    try {
      this.#worker.postMessage([call]);
      this.#underWay += 1;
    } catch (error) {
      this.#take(call.id)?.reject(error);
    }
  }

  #settle(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const waiting = this.#take(outcome.id);
      if (outcome.ok) {
        waiting?.resolve(outcome.value);
        continue;
      }
      const error = errorFrom(outcome.error);
      waiting?.reject(error);
      if (outcome.id === OPENING) this.#end(error);
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(this.#ended);
  }
}

function stopped(path: string, cause?: unknown): UserError {
  const why =
    cause instanceof Error ? store('stopped-by', { path, reason: cause.message }) : store('stopped', { path });
  return new UserError('store-stopped', why, cause === undefined ? {} : { cause });
}
