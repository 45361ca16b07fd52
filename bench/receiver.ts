/** The receiver's process (receiver.mjs), seen from the bench. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What arrived of one run. */
export interface Arrivals {
  /** Of each event that arrived: its number, and the milliseconds from its making to the whole request. */
  readonly latencies: readonly (readonly [number: number, ms: number])[];
  /** Requests that brought an event again. */
  readonly twice: number;
  /** Requests so far, of all runs, that came after their run was taken. */
  readonly strays: number;
}

export class Receiver {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, (answer: unknown) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
    child.on('message', (answer: { id: number }) => {
      this.#asked.get(answer.id)?.(answer);
      this.#asked.delete(answer.id);
    });
  }

  static async start(): Promise<Receiver> {
    const child = fork(join(__dirname, 'receiver.mjs'), { execArgv: [] });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new Receiver(child, port);
  }

  /** What arrived of a run, which ends with this: what comes later is a stray. */
  take(run: string): Promise<Arrivals> {
    return this.#ask('take', { run });
  }

  /** When the first event of a run arrived, by `process.hrtime.bigint()`; waits for it. */
  async first(run: string): Promise<bigint> {
    return BigInt((await this.#ask<{ firstAt: string }>('first', { run })).firstAt);
  }

  /** How many different events of a run have arrived so far. */
  async arrived(run: string): Promise<number> {
    return (await this.#ask<{ count: number }>('arrived', { run })).count;
  }

  /** From now on requests to this path get no answer before `release`. */
  async hang(path: string): Promise<void> {
    await this.#ask('hang', { path });
  }

  async release(): Promise<void> {
    await this.#ask('release', {});
  }

  stop(): void {
    this.#child.disconnect();
  }

  #ask<Answer>(ask: string, more: Readonly<Record<string, unknown>>): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#asked.set(id, (answer) => resolve(answer as Answer));
      this.#child.send({ id, ask, ...more });
    });
  }
}
