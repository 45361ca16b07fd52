/**
 * The embedded store: one SQLite file of one Node-RED, written by a worker thread, so that a slow disk never blocks the
 * event loop. What may take long to read (lists, searches, counts) is read by a second one.
 */
import type { DeliveryStore } from './delivery-store';
import type { Operation } from './engine';
import { WorkerConnection } from './worker-connection';

type Args<Name extends Operation> = Parameters<DeliveryStore[Name]>;
type Result<Name extends Operation> = ReturnType<DeliveryStore[Name]>;

export class SqliteStore implements DeliveryStore {
  private readonly writer: WorkerConnection;
  private reader: Promise<WorkerConnection> | undefined;

  /** `:memory:`: nothing survives. */
  constructor(private readonly path: string) {
    this.writer = new WorkerConnection({ path, role: 'writer' });
  }

  open(): Promise<void> {
    return this.writer.open();
  }

  async close(): Promise<void> {
    const reader = await this.reader?.catch(() => undefined);
    await reader?.close();
    await this.writer.close();
  }

  accept = (...args: Args<'accept'>): Result<'accept'> => this.write('accept', args);
  claim = (...args: Args<'claim'>): Result<'claim'> => this.write('claim', args);
  finish = (...args: Args<'finish'>): Result<'finish'> => this.write('finish', args);
  unreported = (...args: Args<'unreported'>): Result<'unreported'> => this.write('unreported', args);
  reported = (...args: Args<'reported'>): Result<'reported'> => this.write('reported', args);
  release = (...args: Args<'release'>): Result<'release'> => this.write('release', args);
  reclaim = (...args: Args<'reclaim'>): Result<'reclaim'> => this.write('reclaim', args);
  lanes = (): Result<'lanes'> => this.write('lanes', []);
  wake = (...args: Args<'wake'>): Result<'wake'> => this.write('wake', args);
  setPaused = (...args: Args<'setPaused'>): Result<'setPaused'> => this.write('setPaused', args);
  get = (...args: Args<'get'>): Result<'get'> => this.write('get', args);
  attempts = (...args: Args<'attempts'>): Result<'attempts'> => this.write('attempts', args);
  reopen = (...args: Args<'reopen'>): Result<'reopen'> => this.write('reopen', args);
  discard = (...args: Args<'discard'>): Result<'discard'> => this.write('discard', args);
  prune = (...args: Args<'prune'>): Result<'prune'> => this.write('prune', args);
  forget = (...args: Args<'forget'>): Result<'forget'> => this.write('forget', args);
  acceptEvents = (...args: Args<'acceptEvents'>): Result<'acceptEvents'> => this.write('acceptEvents', args);
  openEvents = (...args: Args<'openEvents'>): Result<'openEvents'> => this.write('openEvents', args);
  closeEvents = (...args: Args<'closeEvents'>): Result<'closeEvents'> => this.write('closeEvents', args);
  hold = (...args: Args<'hold'>): Result<'hold'> => this.write('hold', args);
  holds = (...args: Args<'holds'>): Result<'holds'> => this.write('holds', args);
  dropHold = (...args: Args<'dropHold'>): Result<'dropHold'> => this.write('dropHold', args);

  list = (...args: Args<'list'>): Result<'list'> => this.read('list', args);
  count = (...args: Args<'count'>): Result<'count'> => this.read('count', args);
  ids = (...args: Args<'ids'>): Result<'ids'> => this.read('ids', args);
  summary = (): Result<'summary'> => this.read('summary', []);
  recentEvents = (...args: Args<'recentEvents'>): Result<'recentEvents'> => this.read('recentEvents', args);

  private write<Value>(operation: Operation, args: readonly unknown[]): Promise<Value> {
    return this.writer.call<Value>(operation, args);
  }

  private async read<Value>(operation: Operation, args: readonly unknown[]): Promise<Value> {
    if (this.path === ':memory:') return this.write(operation, args);
    this.reader ??= this.openReader();
    return (await this.reader).call<Value>(operation, args);
  }

  private async openReader(): Promise<WorkerConnection> {
    const reader = new WorkerConnection({ path: this.path, role: 'reader' });
    try {
      await reader.open();
      return reader;
    } catch (error) {
      this.reader = undefined;
      throw error;
    }
  }
}
