/**
 * The stores of this Node-RED, each opened once with its dispatcher and shared by all nodes that use it. Lives in the one
 * copy of this module, outlives redeploys, and closes a store when its last node has gone (the embedded one never: the
 * log is there without any node; nor one in memory: what waits in it must outlive a redeploy).
 */
import { isAbsolute, join } from 'node:path';
import { systemClock, systemRandom } from '../../src/clock';
import { Dispatcher } from '../../src/delivery/dispatcher';
import type { HttpClient } from '../../src/http/http-client';
import { UndiciClient } from '../../src/http/undici-client';
import { AuthorizingClient } from '../../src/oauth/authorizing-client';
import type { DeliveryStore, Retention } from '../../src/store/delivery-store';
import { createStore } from '../../src/store/registry';
import { SecretBox } from '../../src/store/secret-box';
import { noteOfStore, observationOf } from './observation';
import { OpenEvents } from './open-events';
import type { Red } from './red';

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
  /** Why the store refuses to write just now. Null: it does not. */
  trouble: string | null;
}

const PRUNE_EVERY_MS = 60_000;
const CHANGE_EVERY_MS = 500;

const opened = new Map<string, { ready: Promise<OpenStore>; users: number }>();
const changeListeners = new Set<() => void>();
let changeIsTold = true;

/** Hears, at most twice a second, that some log has something new. */
export function onLogChange(listener: () => void): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

function changed(): void {
  if (!changeIsTold) return;
  changeIsTold = false;
  systemClock.after(CHANGE_EVERY_MS, () => {
    changeIsTold = true;
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

/** Opens a store, or joins those who have it open. Every call needs one `release`. */
export function acquireStore(red: Red, config: StoreConfig, id = ''): Promise<OpenStore> {
  const path = storePath(red, config);
  const key = config.kind === 'memory' ? `memory:${id}` : path;
  let entry = opened.get(key);
  if (!entry) {
    const fresh = { ready: open(key, path, config), users: 0 };
    opened.set(key, fresh);
    fresh.ready.catch(() => {
      if (opened.get(key) === fresh) opened.delete(key);
    });
    entry = fresh;
  }
  entry.users++;
  return entry.ready.then((store) => {
    if (config !== EMBEDDED) store.config = config;
    return store;
  });
}

/** The embedded store, for those who use it as long as the process lives. */
export function embeddedStore(red: Red): Promise<OpenStore> {
  const known = opened.get(storePath(red, EMBEDDED));
  return known ? known.ready : acquireStore(red, EMBEDDED);
}

/** Gives a store back. The embedded one and those in memory stay open. */
export async function releaseStore(store: OpenStore): Promise<void> {
  const entry = opened.get(store.key);
  if (!entry || --entry.users > 0 || store.config.path === '' || store.config.kind === 'memory') return;
  opened.delete(store.key);
  await store.dispatcher.close(5_000);
  await store.store.close();
}

/** All stores open now: what the log shows. */
export function openStores(): Promise<OpenStore[]> {
  return Promise.allSettled([...opened.values()].map(({ ready }) => ready)).then((results) =>
    results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
  );
}

async function open(key: string, path: string, config: StoreConfig): Promise<OpenStore> {
  const store = createStore({ kind: config.kind, path });
  await store.open();
  const box = await openBox();
  const observation = observationOf(key);
  const dispatcher = new Dispatcher({
    store,
    client: sharedClient(),
    clock: systemClock,
    random: systemRandom,
    changed,
    keepBodies: () => handle.config.logBodies,
    trouble: (message) => {
      if (message === handle.trouble) return;
      handle.trouble = message;
      noteOfStore(observation, 'store-refusing', message);
    },
    observer: observation.observer,
  });
  const handle: OpenStore = {
    key,
    store,
    dispatcher,
    events: new OpenEvents(store, systemClock),
    box,
    config,
    trouble: null,
  };
  await dispatcher.start();
  for (const { lane, failingSinceMs } of await store.lanes()) {
    if (failingSinceMs !== null) observation.observer.failing(lane, failingSinceMs);
  }
  void prune(handle, true);
  return handle;

  async function openBox(): Promise<SecretBox> {
    try {
      return config.kind === 'sqlite' ? SecretBox.withKeyFile(`${path}.key`) : SecretBox.inMemory();
    } catch (error) {
      await store.close(); // else the next who tries would find the database in use
      throw error;
    }
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
    if (!isFirst) await handle.store.pruneHolds(nowMs - retention.maxAgeMs);
  } catch {
    // The store says itself what is wrong with it, where someone writes or reads.
  }
  if (!opened.has(handle.key)) return;
  systemClock.after(removed > 0 ? 1_000 : PRUNE_EVERY_MS, () => void prune(handle, removed > 0 && isFirst));
}
