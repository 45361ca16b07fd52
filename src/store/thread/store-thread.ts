/** One thread that runs a store's SQL, seen from the main thread: calls go in, promises come out. */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors';
import { store } from '../../sentences/store';
import type { EngineOptions, OperationName, Operations } from '../engine/sqlite-engine';
import { packCalls, unpackOutcomes } from './packed-calls';
import type { Packed } from './packed-deliveries';
import { type Answer, type Call, CLOSE, errorFrom } from './worker-protocol';

/** Beside this file, compiled or not. */
const WORKER_FILE = join(__dirname, `sqlite-worker${extname(__filename)}`);

/**
 * Batches that the thread has not answered yet. Those that wait behind the one it works on go into its next commit together: with
 * fewer, what was called last would miss it. What is called beyond that is collected, so that a busy main thread wakes the
 * other one seldom.
 */
const BATCHES_UNDER_WAY = 4;

/** A call, or the opening of the file, and who waits for what becomes of it. */
interface Waiting<Name = Call['name']> extends Omit<Call, 'name'> {
  readonly name: Name;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

const OPENING = { name: 'open', args: [], heard: 0 } as const;

export class StoreThread {
  /** Resolves when the file is open; rejects with the UserError that says why not. */
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #unsent: Waiting[] = [];
  /** Batches that are not answered yet, oldest first. */
  #underWay: (readonly Waiting<Call['name'] | 'open'>[])[] = [];
  /** Calls that are not answered yet. */
  #waiting = 0;
  #flushing = false;
  /** Refusals that callers have heard of. */
  #heard = 0;
  #ended: Error | undefined;

  constructor(options: EngineOptions) {
    // A loader that compiles has to come along; other options of the process (a debugger, a test's) must not.
    const execArgv = extname(WORKER_FILE) === '.ts' ? process.execArgv : [];
    this.#worker = new Worker(WORKER_FILE, { workerData: options, name: 'telephony-webhooks store', execArgv });
    this.#worker.unref();
    this.#worker.on('message', ({ batches, outcomes, refusals }: Answer) => {
      this.#heard = refusals;
      this.#settle(this.#underWay.splice(0, batches).flat(), outcomes);
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
    const opened = this.#promise((resolve, reject) => this.#underWay.push([{ ...OPENING, resolve, reject }]));
    this.opened = opened.then(() => undefined);
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
    const answered = this.#promise((resolve, reject) =>
      this.#unsent.push({ name, args, heard: this.#heard, resolve, reject }),
    );
    this.#flushSoon();
    return answered;
  }

  /** A thread that someone waits for keeps the process alive; an idle one never does. */
  #promise(wait: (resolve: Waiting['resolve'], reject: Waiting['reject']) => void): Promise<unknown> {
    if (this.#waiting === 0) this.#worker.ref();
    this.#waiting++;
    return new Promise(wait);
  }

  #flushSoon(): void {
    if (this.#flushing || this.#unsent.length === 0 || this.#underWay.length >= BATCHES_UNDER_WAY) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const calls = this.#unsent;
    this.#unsent = [];
    if (calls.length === 0 || this.#ended !== undefined) return;
    try {
      this.#post(calls);
    } catch {
      // One that cannot be sent (it holds a function) fails alone.
      for (const call of calls) this.#postSingly(call);
    }
  }

  #post(calls: readonly Waiting[]): void {
    this.#worker.postMessage(packCalls(calls));
    this.#underWay.push(calls);
  }

  #postSingly(call: Waiting): void {
    try {
      this.#post([call]);
    } catch (error) {
      this.#answered(1);
      call.reject(error);
    }
  }

  #settle(calls: readonly Waiting<string>[], packed: Packed): void {
    this.#answered(calls.length);
    for (const [index, outcome] of unpackOutcomes(calls, packed).entries()) {
      const call = calls[index];
      if (outcome.ok) {
        call?.resolve(outcome.value);
        continue;
      }
      const error = errorFrom(outcome.error);
      call?.reject(error);
      if (call?.name === OPENING.name) this.#end(error);
    }
  }

  #answered(count: number): void {
    this.#waiting -= count;
    if (this.#waiting === 0) this.#worker.unref();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    const calls = [...this.#underWay.splice(0).flat(), ...this.#unsent.splice(0)];
    if (calls.length > 0) this.#answered(calls.length);
    for (const { reject } of calls) reject(this.#ended);
  }
}

function stopped(path: string, cause?: unknown): UserError {
  const why =
    cause instanceof Error ? store('stopped-by', { path, reason: cause.message }) : store('stopped', { path });
  return new UserError('store-stopped', why, cause === undefined ? {} : { cause });
}
