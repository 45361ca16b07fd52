/** A connection to a database in a worker thread: calls made while it is busy go over together, and are committed together. */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../errors';
import type { Answer, Call, Operation } from './engine';
import type { FromWorker, ToWorker, WorkerSetup } from './sqlite-worker';

interface Pending {
  readonly call: Call;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Calls sent over at once: enough to share one sync of the disk, few enough that none waits long. */
const BATCH = 512;

export class WorkerConnection {
  private worker: Worker | undefined;
  private queued: Pending[] = [];
  private running: Pending[] = [];
  private closed: Promise<void> | undefined;
  private resolveClosed: (() => void) | undefined;

  constructor(private readonly setup: WorkerSetup) {}

  /** Rejects with a UserError where the file cannot be used. */
  open(): Promise<void> {
    // Beside this file: `.js` when built, `.ts` under a loader that compiles.
    const worker = new Worker(join(__dirname, `sqlite-worker${extname(__filename)}`), {
      workerData: this.setup,
      // A loader that compiles has to come along; other options of the process (a debugger, a test's) must not.
      // node:sqlite says on every start that it is experimental in Node 22.
      execArgv: [...(extname(__filename) === '.ts' ? process.execArgv : []), '--disable-warning=ExperimentalWarning'],
    });
    worker.unref();
    this.worker = worker;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'opened') resolve();
        else if (message.kind === 'refused') reject(revive(message.code, message.field, message.message));
        else if (message.kind === 'answers') this.settle(message);
        else this.resolveClosed?.();
      });
      worker.on('error', (error) => {
        reject(error);
        this.fail(error);
      });
      worker.on('exit', () => {
        this.resolveClosed?.();
        this.fail(new UserError('store-closed', 'The delivery store is closed.'));
      });
    });
  }

  call<Value>(operation: Operation, parameters: readonly unknown[]): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (!this.worker || this.closed) {
        reject(new UserError('store-closed', 'The delivery store is closed.'));
        return;
      }
      this.queued.push({ call: { operation, parameters }, resolve: resolve as (value: unknown) => void, reject });
      if (this.queued.length === 1 && this.running.length === 0) setImmediate(() => this.send()); // with all that this turn of the event loop brings
    });
  }

  /** Waits for what was called before. */
  async close(): Promise<void> {
    if (!this.worker) return;
    this.closed ??= new Promise((resolve) => {
      this.resolveClosed = resolve;
      if (this.running.length === 0 && this.queued.length === 0) this.sendClose();
    });
    await this.closed;
  }

  private send(): void {
    if (this.running.length > 0 || !this.worker) return;
    this.running = this.queued.splice(0, BATCH);
    if (this.running.length === 0) {
      if (this.closed) this.sendClose();
      return;
    }
    // As one text: cheaper than a structured clone of many small objects.
    const calls = JSON.stringify(this.running.map(({ call }) => call));
    this.worker.postMessage({ kind: 'run', calls } satisfies ToWorker);
  }

  private sendClose(): void {
    this.worker?.postMessage({ kind: 'close' } satisfies ToWorker);
  }

  private settle({ answers }: Extract<FromWorker, { kind: 'answers' }>): void {
    const batch = this.running;
    this.running = [];
    this.send();
    const settled = JSON.parse(answers) as Answer[];
    batch.forEach(({ resolve, reject }, index) => {
      const answer = settled[index];
      if (!answer) reject(new Error('The delivery store gave no answer.'));
      else if (answer.ok) resolve(answer.value);
      else reject(revive(answer.code, answer.field, answer.message));
    });
  }

  private fail(error: unknown): void {
    this.worker = undefined;
    const lost = [...this.running, ...this.queued];
    this.running = [];
    this.queued = [];
    for (const { reject } of lost) reject(error);
  }
}

function revive(code: string | null, field: string | null, message: string): Error {
  return code === null ? new Error(message) : new UserError(code, message, field === null ? {} : { field });
}
