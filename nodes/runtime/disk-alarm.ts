/** Looks how much room is left for a store, so that someone hears of it before the disk refuses. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sentence } from '../../src/sentence';
import { store as words } from '../../src/sentences/store';
import type { DeliveryStore } from '../../src/store/delivery-store';

/** Says what to do. */
export interface StoreAlarm extends Sentence {
  readonly kind: 'disk-nearly-full' | 'cap-nearly-reached';
}

const MEGABYTE = 1024 * 1024;
/** With less than this free, a busy day fills the disk in minutes; the write-ahead log alone may take a quarter of it. */
const LOW_BYTES = 128 * MEGABYTE;
/** Of the store's own cap, taken up by deliveries that wait: these are never removed to make room. */
const NEAR_CAP = 0.8;

/** Null: there is room on the disk that holds the file. */
export async function diskAlarm(path: string): Promise<StoreAlarm | null> {
  const folder = dirname(path);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= LOW_BYTES) return null;
  const kind = 'disk-nearly-full';
  return { kind, ...words(kind, { free: megabytes(free), folder }) };
}

/** Null: what waits leaves room below the cap. */
export async function capAlarm(
  maxMegabytes: number,
  store: Pick<DeliveryStore, 'usedBytes' | 'summary'>,
): Promise<StoreAlarm | null> {
  // A summary counts a million rows; what is far from the cap needs none.
  if ((await store.usedBytes()) < NEAR_CAP * maxMegabytes * MEGABYTE) return null;
  const { bytes, states } = await store.summary();
  const open = states.pending + states.sending + states.waiting;
  if (open === 0) return null;
  const openBytes = (bytes * open) / (open + states.delivered + states.failed);
  if (openBytes < NEAR_CAP * maxMegabytes * MEGABYTE) return null;
  const kind = 'cap-nearly-reached';
  return { kind, ...words(kind, { used: megabytes(openBytes), most: maxMegabytes }) };
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0);
}
