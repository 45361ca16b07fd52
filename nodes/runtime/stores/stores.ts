/**
 * The stores of this Node-RED, each opened once with its dispatcher and shared by all nodes that use it. Lives in the one
 * copy of this module, outlives redeploys, and closes a store when its last node has gone (the embedded one never: the
 * log is there without any node; nor one in memory: what waits in it must outlive a redeploy).
 */
import { isAbsolute, join } from 'node:path';
import { onSetBack, systemClock, systemRandom } from '../../../src/clock';
import { Dispatcher } from '../../../src/delivery/dispatcher';
import { UserError } from '../../../src/errors';
import type { HttpClient } from '../../../src/http/http-client';
import { UndiciClient } from '../../../src/http/undici-client';
import { AuthorizingClient } from '../../../src/oauth/authorizing-client';
import type { DeliveryStore, Retention } from '../../../src/store/delivery-store';
import { storeError } from '../../../src/store/engine/sqlite-error';
import { createStore } from '../../../src/store/registry';
import { SecretBox } from '../../../src/store/secret-box';
import { OpenEvents } from '../events/open-events';
import { onFlows } from '../flow-moments';
import { noteOfStore, observationOf } from '../observation';
import { logBug, type Red } from '../red';
import { capAlarm, diskAlarm } from './disk-alarm';
import { SharedStore } from './shared-store';

export interface StoreConfig {
  readonly kind: 'sqlite' | 'memory';
  /** Empty: the embedded one. Relative paths are below the user directory. */
  readonly path: string;
  readonly retentionDays: number;
  readonly maxMegabytes: number;
  readonly logBodies: boolean;
}

export const EMBEDDED: StoreConfig = {
  kind: 'sqlite',
  path: '',
  retentionDays: 30,
  maxMegabytes: 1024,
  logBodies: true,
};

/** A store that is open, with what works on it. */
export interface OpenStore {
  readonly key: string;
  readonly store: DeliveryStore;
  readonly dispatcher: Dispatcher;
  readonly events: OpenEvents;
  /** Seals what came as a secret in a message, with the key beside the database. */
  readonly box: SecretBox;
  config: StoreConfig;
}

const PRUNE_EVERY_MS = 60_000;
const CHANGE_EVERY_MS = 500;
const LOOK_FOR_ROOM_EVERY_MS = 15_000;

const opened = new Map<string, SharedStore>();
/** Those of them that are open, until they begin to close. */
const inUse = new Set<OpenStore>();
const openListeners = new Set<(open: OpenStore) => void>();
let isClockWatched = false;
let flowsWatched: Red | undefined;
const ignored = (): void => undefined;
const changeListeners = new Set<() => void>();
let changeIsTold = true;
let revision = systemClock.now();

/** Hears, at most twice a second, that some log has something new. */
export function onLogChange(listener: () => void): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

/** Grows with what `onLogChange` hears, also over a restart: for those who can only ask. */
export function logRevision(): number {
  return revision;
}

function changed(): void {
  if (!changeIsTold) return;
  changeIsTold = false;
  systemClock.after(CHANGE_EVERY_MS, () => {
    changeIsTold = true;
    revision++;
    for (const listener of changeListeners) listener();
  });
}

export function storePath(red: Red, config: StoreConfig): string {
  const userDir = red.settings.userDir ?? process.cwd();
  if (!config.path) return join(userDir, 'telephony-webhooks', 'deliveries.db');
  return isAbsolute(config.path) ? config.path : join(userDir, config.path);
}

/** What people know a store by: the path that was given for it. */
export function nameOfStore({ key, config }: Pick<OpenStore, 'key' | 'config'>): string {
  if (config.kind === 'memory') return key;
  return config.path || 'embedded';
}

/** Opens a store, or joins those who have it open. Every call needs one `releaseStore`. */
export function acquireStore(red: Red, config: StoreConfig, id = ''): SharedStore {
  watchFlows(red);
  const path = storePath(red, config);
  const key = config.kind === 'memory' ? `memory:${id}` : path;
  const shared = opened.get(key) ?? share(red, key, path, config);
  shared.users++;
  if (config.path === '' || config.kind === 'memory') shared.stays = true;
  if (config !== EMBEDDED) {
    shared.ready.then(
      (store) => {
        store.config = config;
      },
      () => undefined, // those who use it hear of it
    );
  }
  return shared;
}

function share(red: Red, key: string, path: string, config: StoreConfig): SharedStore {
  const shared: SharedStore = new SharedStore(key, () => open(red, key, path, config));
  opened.set(key, shared);
  shared.onChange(() => {
    noteHealth(shared);
    changed(); // an open log shows it
  });
  shared.ready.then(
    (handle) => {
      if (opened.get(key) !== shared) return; // given back meanwhile
      const { store, dispatcher } = handle;
      inUse.add(handle);
      for (const listener of [...openListeners]) listener(handle);
      void watchRoom(shared);
      // What could not be taken back or read while the disk refused.
      store.health.onChange(() => {
        if (store.health.trouble === null) dispatcher.reclaim().then(() => dispatcher.refresh(), ignored);
      });
    },
    () => {
      if (opened.get(key) === shared) opened.delete(key); // the next who comes tries anew
    },
  );
  return shared;
}

function noteHealth({ key, trouble, alarm }: SharedStore): void {
  const observation = observationOf(key);
  noteOfStore(observation, 'store-refusing', trouble?.message ?? null);
  for (const kind of ['disk-nearly-full', 'cap-nearly-reached'] as const) {
    noteOfStore(observation, kind, alarm?.kind === kind ? alarm.message : null);
  }
}

/** The embedded store, for those who use it as long as the process lives. */
export function embeddedStore(red: Red): SharedStore {
  return opened.get(storePath(red, EMBEDDED)) ?? acquireStore(red, EMBEDDED);
}

/** Gives a store back. The embedded one and those in memory stay open. */
export async function releaseStore(shared: SharedStore): Promise<void> {
  if (opened.get(shared.key) !== shared || --shared.users > 0 || shared.stays) return;
  opened.delete(shared.key);
  shared.giveUp();
  if (!shared.isOpen) return;
  const handle = await shared.now();
  inUse.delete(handle);
  const { dispatcher, store } = handle;
  await dispatcher.close(5_000);
  await store.close();
}

/** Gives up all of them: this Node-RED is at its end, and the process goes on. */
export async function closeStores(): Promise<void> {
  for (const shared of [...opened.values()]) {
    shared.stays = false;
    shared.users = 1;
    await releaseStore(shared);
  }
}

/** All stores open now: what the log shows. */
export async function openStores(): Promise<OpenStore[]> {
  const found = [...opened.values()].map(async (shared) => ({ shared, handle: await shared.now() }));
  return (await Promise.allSettled(found)).flatMap((result) => {
    if (result.status === 'rejected') return [];
    const { shared, handle } = result.value;
    return opened.get(shared.key) === shared ? [handle] : []; // it may have been given back meanwhile
  });
}

/** Tells of every store that is open, now and later, until the answer is called. */
export function onOpenStore(listener: (open: OpenStore) => void): () => void {
  openListeners.add(listener);
  for (const open of inUse) listener(open);
  return () => void openListeners.delete(listener);
}

/** Those that are open this moment. */
export function storesInUse(): OpenStore[] {
  return [...inUse];
}

/** False: it has been given back by all that used it, or will be in a moment. */
export function isOpen(open: OpenStore): boolean {
  return inUse.has(open);
}

/** What is wrong with stores now, or soon will be. */
export function storesInTrouble(): SharedStore[] {
  return [...opened.values()].filter(({ trouble, alarm }) => trouble !== null || alarm !== null);
}

async function open(red: Red, key: string, path: string, config: StoreConfig): Promise<OpenStore> {
  const store = createStore({ kind: config.kind, path });
  try {
    await store.open();
    const handle = await start(red, key, store, openBox(path, config), config);
    watchClock();
    void prune(handle, true);
    return handle;
  } catch (error) {
    await store.close(); // else the next who tries would find the database in use
    throw storeError(error, path);
  }
}

async function start(
  red: Red,
  key: string,
  store: DeliveryStore,
  box: SecretBox,
  config: StoreConfig,
): Promise<OpenStore> {
  const observation = observationOf(key);
  const dispatcher = new Dispatcher({
    store,
    client: sharedClient(),
    clock: systemClock,
    random: systemRandom,
    changed,
    keepBodies: () => handle.config.logBodies,
    failed: (error) => {
      // What the disk does, the store says itself; and one that was closed under a call is not in `opened` any more.
      if (!(error instanceof UserError) && opened.has(key)) logBug(red, error);
    },
    observer: observation.observer,
  });
  const handle: OpenStore = {
    key,
    store,
    dispatcher,
    events: new OpenEvents(store, systemClock, () => ![...opened.values()].some(({ trouble }) => trouble !== null)),
    box,
    config,
  };
  await store.turnBackTo(systemClock.now());
  await dispatcher.start();
  await takeOverPauses(red, handle);
  for (const { lane, failingSinceMs } of await store.lanes()) {
    if (failingSinceMs !== null) observation.observer.failing(lane, failingSinceMs);
  }
  return handle;
}

/**
 * An endpoint that someone has paused is paused for a store that is opened later, too. The embedded one, which waits for no other, is
 * waited for: after a restart all are opened at once.
 */
async function takeOverPauses(red: Red, { key, store, dispatcher }: OpenStore): Promise<void> {
  const embedded = storePath(red, EMBEDDED);
  const missing = new Map<string, number>();
  for (const other of opened.values()) {
    if (other.key === key || !(other.isOpen || other.key === embedded)) continue;
    // One that cannot be opened just now must not keep this one closed.
    const paused = await other.now().then((open) => open.dispatcher.paused, ignored);
    for (const [lane, sinceMs] of paused ?? []) if (!missing.has(lane)) missing.set(lane, sinceMs);
  }
  for (const lane of dispatcher.paused.keys()) missing.delete(lane);
  for (const [lane, sinceMs] of missing) await store.setPaused(lane, sinceMs);
  if (missing.size > 0) await dispatcher.refresh();
}

function openBox(path: string, config: StoreConfig): SecretBox {
  return config.kind === 'sqlite' ? SecretBox.withKeyFile(`${path}.key`) : SecretBox.inMemory();
}

/** Nothing sets out while flows change, and what ends meanwhile is told when they have started. */
function watchFlows(red: Red): void {
  if (flowsWatched?.events === red.events) return;
  flowsWatched = red;
  onFlows(red, {
    stopping: () => {
      for (const { dispatcher } of inUse) dispatcher.halt();
    },
    started: () => {
      for (const { dispatcher } of inUse) dispatcher.goOn();
    },
  });
}

function watchClock(): void {
  if (isClockWatched) return;
  isClockWatched = true;
  onSetBack((byMs) => void turnBack(byMs));
}

async function turnBack(byMs: number): Promise<void> {
  for (const { store, dispatcher } of await openStores()) {
    await store.turnBack(byMs).then(() => dispatcher.refresh(), ignored);
  }
}

let client: HttpClient | undefined;
export function sharedClient(): HttpClient {
  client ??= new AuthorizingClient(new UndiciClient(), systemClock);
  return client;
}

/**
 * Prunes in small batches: the next at once while there is more, else a minute later. What retry nodes hold is left alone the
 * first time: after a long stop they have not yet come to send it.
 */
async function prune(handle: OpenStore, isFirst: boolean): Promise<void> {
  const { retentionDays, maxMegabytes } = handle.config;
  const retention: Retention = { maxAgeMs: retentionDays * 86_400_000, maxBytes: maxMegabytes * 1024 * 1024 };
  const nowMs = systemClock.now();
  let removed = 0;
  try {
    removed = await handle.store.prune(retention, nowMs);
    if (!isFirst) await handle.store.pruneHolds(nowMs - retention.maxAgeMs, nowMs, handle.config.logBodies);
    await handle.dispatcher.reclaim();
  } catch {
    // The store says itself what is wrong with it, where someone writes or reads.
  }
  if (!opened.has(handle.key)) return;
  systemClock.after(removed > 0 ? 1_000 : PRUNE_EVERY_MS, () => void prune(handle, removed > 0 && isFirst));
}

async function watchRoom(shared: SharedStore): Promise<void> {
  const { store, config, key } = await shared.now();
  try {
    const disk = config.kind === 'sqlite' ? await diskAlarm(key) : null;
    shared.alarm = disk ?? (await capAlarm(config.maxMegabytes, store));
  } catch {
    // Nothing can be read there just now: the store says so itself.
  }
  if (opened.get(key) === shared) systemClock.after(LOOK_FOR_ROOM_EVERY_MS, () => void watchRoom(shared));
}
