/**
 * The port over SQLite. A thread of its own does the writing, so that a slow disk never blocks Node-RED, and commits together what
 * was asked for meanwhile; a second one, started when it is first needed, does the reading that may take long.
 */
import { type Clock, systemClock } from '../clock';
import type { DeliveryStore, StoreHealth } from './delivery-store';
import type { Occurrences } from './engine/retention';
import { IN_MEMORY } from './engine/sql';
import type { EngineOptions, OperationName, Operations } from './engine/sqlite-engine';
import { StoreClosed } from './store-closed';
import { StoreThread } from './thread/store-thread';
import { IN_ORDER } from './thread/worker-protocol';
import { WaitingWrites } from './waiting-writes';

/** How many deliveries and events are erased in one transaction. */
const ERASED_TOGETHER = 200;

export interface SqliteStoreOptions {
  /** The database file; folder and file are made where they are missing. */
  readonly path: string;
  /** How long `open` waits for a former owner of the file. Default: 2 s. */
  readonly lockWaitMs?: number;
  /** By which a disk that refuses is asked again. Default: the system's. */
  readonly clock?: Clock;
}

type Args<Method extends keyof Omit<DeliveryStore, 'health'>> = Parameters<DeliveryStore[Method]>;

export class SqliteStore implements DeliveryStore {
  readonly #options: EngineOptions;
  readonly #writes: WaitingWrites;
  #writer: StoreThread | undefined;
  #reader: StoreThread | undefined;
  #closed = false;
  #lanes: ReturnType<DeliveryStore['lanes']> | undefined;

  constructor({ clock = systemClock, ...options }: SqliteStoreOptions) {
    this.#options = options;
    this.#writes = new WaitingWrites(clock, () => this.#call('probe'));
  }

  get health(): StoreHealth {
    return this.#writes;
  }

  open(): Promise<void> {
    return this.#writing().opened;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#writes.close();
    await this.#reader?.close();
    await this.#writer?.close();
  }

  readonly accept = (...args: Args<'accept'>) => this.#write('accept', ...args);
  readonly claim = (...args: Args<'claim'>) => this.#write('claim', ...args);
  readonly finish = (...args: Args<'finish'>) => this.#write('finish', ...args);
  readonly release = (...args: Args<'release'>) => this.#write('release', ...args);
  readonly reclaim = (...args: Args<'reclaim'>) => this.#write('reclaim', ...args);
  readonly lanes = () => this.#lanesShared();
  readonly turnBack = (...args: Args<'turnBack'>) => this.#write('turnBack', ...args);
  readonly turnBackTo = (...args: Args<'turnBackTo'>) => this.#write('turnBackTo', ...args);
  readonly wake = (...args: Args<'wake'>) => this.#write('wake', ...args);
  readonly wakeOne = (...args: Args<'wakeOne'>) => this.#write('wakeOne', ...args);
  readonly move = (...args: Args<'move'>) => this.#write('move', ...args);
  readonly setPaused = (...args: Args<'setPaused'>) => this.#write('setPaused', ...args);
  readonly setRest = (...args: Args<'setRest'>) => this.#write('setRest', ...args);

  readonly unreported = (...args: Args<'unreported'>) => this.#write('unreported', ...args);
  readonly reported = (...args: Args<'reported'>) => this.#write('reported', ...args);

  readonly get = (...args: Args<'get'>) => this.#write('get', ...args);
  readonly attempts = (...args: Args<'attempts'>) => this.#write('attempts', ...args);
  readonly list = (...args: Args<'list'>) => this.#read('list', ...args);
  readonly count = (...args: Args<'count'>) => this.#read('count', ...args);
  readonly ids = (...args: Args<'ids'>) => this.#read('ids', ...args);
  readonly positions = (...args: Args<'positions'>) => this.#read('positions', ...args);
  readonly timeline = (...args: Args<'timeline'>) => this.#read('timeline', ...args);
  readonly summary = () => this.#read('summary');
  readonly usedBytes = () => this.#read('usedBytes');
  readonly reopen = (...args: Args<'reopen'>) => this.#write('reopen', ...args);
  readonly discard = (...args: Args<'discard'>) => this.#write('discard', ...args);
  readonly prune = (...args: Args<'prune'>) => this.#write('prune', ...args);

  readonly acceptEvents = (...args: Args<'acceptEvents'>) => this.#write('acceptEvents', ...args);
  readonly openEvents = (...args: Args<'openEvents'>) => this.#write('openEvents', ...args);
  readonly comeOut = (...args: Args<'comeOut'>) => this.#write('comeOut', ...args);
  readonly closeEvents = (...args: Args<'closeEvents'>) => this.#write('closeEvents', ...args);
  readonly recentEvents = (...args: Args<'recentEvents'>) => this.#read('recentEvents', ...args);

  readonly noteEvents = (...args: Args<'noteEvents'>) => this.#write('noteEvents', ...args);
  readonly openNotes = (...args: Args<'openNotes'>) => this.#write('openNotes', ...args);
  readonly heardCalls = (...args: Args<'heardCalls'>) => this.#read('heardCalls', ...args);
  readonly deliveriesOf = (...args: Args<'deliveriesOf'>) => this.#read('deliveriesOf', ...args);

  readonly hold = (...args: Args<'hold'>) => this.#write('hold', ...args);
  readonly holds = (...args: Args<'holds'>) => this.#write('holds', ...args);
  readonly takeHold = (...args: Args<'takeHold'>) => this.#write('takeHold', ...args);
  readonly dropHold = (...args: Args<'dropHold'>) => this.#write('dropHold', ...args);
  readonly pruneHolds = (...args: Args<'pruneHolds'>) => this.#write('pruneHolds', ...args);

  /** Found by the reader, which may take long; erased a few at a time, so that what is accepted meanwhile does not wait. */
  async forget(digits: string): Promise<number> {
    const { deliveries, events, holds } = await this.#read('occurrences', digits);
    let removed = 0;
    for (const some of inParts(deliveries)) removed += await this.#write('erase', { ...NOTHING, deliveries: some });
    for (const some of inParts(events)) removed += await this.#write('erase', { ...NOTHING, events: some });
    for (const some of inParts(holds)) removed += await this.#write('erase', { ...NOTHING, holds: some });
    await this.#writing().emptyLog();
    return removed;
  }

  /**
   * Goes through all that is open, of which there may be a million, and every node that begins to send asks for it: who
   * asks before the answer has come gets the same. It is as new as his own would be to him, since calls are answered in
   * their order.
   */
  #lanesShared(): ReturnType<DeliveryStore['lanes']> {
    if (this.#lanes === undefined) {
      const asked = this.#write('lanes');
      const forget = (): void => {
        if (this.#lanes === asked) this.#lanes = undefined;
      };
      this.#lanes = asked;
      asked.then(forget, forget);
    }
    return this.#lanes;
  }

  #write<Name extends OperationName>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>> {
    const call = () => this.#call(name, ...args);
    if (!IN_ORDER.has(name)) return this.#writes.attempt(call);
    return this.#writes.make(call, () => JSON.stringify(args).length);
  }

  #call<Name extends OperationName>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>> {
    return this.#closed ? closed() : this.#writing().call(name, ...args);
  }

  #read<Name extends OperationName>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>> {
    return this.#closed ? closed() : this.#reading().call(name, ...args);
  }

  /** A thread that ended by itself is started again by the next call. */
  #writing(): StoreThread {
    if (this.#writer?.isAlive !== true) this.#writer = new StoreThread(this.#options);
    return this.#writer;
  }

  /** What is in memory is seen by one connection only. */
  #reading(): StoreThread {
    if (this.#options.path === IN_MEMORY) return this.#writing();
    if (this.#reader?.isAlive !== true) this.#reader = new StoreThread({ ...this.#options, readOnly: true });
    return this.#reader;
  }
}

const NOTHING: Occurrences = { deliveries: [], events: [], holds: [] };

function inParts<T>(all: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += ERASED_TOGETHER) parts.push(all.slice(at, at + ERASED_TOGETHER));
  return parts;
}

function closed(): Promise<never> {
  return Promise.reject(new StoreClosed());
}
