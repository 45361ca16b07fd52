/** What the port says about claims and order, in the plainest way: a list that is searched from its start each time. */
import type { DeliveryState } from '../../../src/delivery/delivery';
import type { Accepted, DeliveryStore, Finished, Hold, NewDelivery } from '../../../src/store/delivery-store';

type Claim = Parameters<DeliveryStore['claim']>[0];
type Change = Parameters<DeliveryStore['reopen']>[1];

interface Row {
  readonly id: string;
  readonly key: string | null;
  state: DeliveryState;
  attempts: number;
  dueAt: number | null;
  plannedAt: number | null;
  notBefore: number | null;
  passAt: number | null;
  lastFailedAt: number;
  leaseUntil: number;
  held: boolean;
}

/** One lane and node. */
export class NaiveStore {
  #rows: Row[] = [];
  #paused = false;

  /** The part of every delivery that claims and order decide. */
  states(): Record<string, readonly unknown[]> {
    return Object.fromEntries(this.#rows.map((row) => [row.id, [row.state, row.attempts, row.dueAt, row.notBefore]]));
  }

  accept({ id, orderKey, createdAtMs, start }: NewDelivery): Pick<Accepted, 'claimed'> {
    const isAnyDue = this.#due(createdAtMs).length > 0;
    const row: Row = {
      ...{
        id,
        key: orderKey,
        state: 'pending',
        attempts: 0,
        plannedAt: null,
        notBefore: null,
        passAt: null,
        held: false,
      },
      ...{ dueAt: start.kind === 'pending' ? start.dueAtMs : createdAtMs, lastFailedAt: 0, leaseUntil: 0 },
    };
    this.#rows.push(row);
    if (start.kind === 'failed') end(row, 'failed');
    const claimed = start.kind === 'claim' && !this.#paused && !isAnyDue && this.#due(createdAtMs).includes(row);
    if (claimed) send(row, start.leaseUntilMs);
    return { claimed };
  }

  claim({ limit, nowMs, leaseUntilMs }: Claim): { ids: readonly string[]; nextDueAtMs: number | null } {
    if (this.#paused) return { ids: [], nextDueAtMs: null };
    const due = this.#due(nowMs).slice(0, limit);
    for (const row of due) send(row, leaseUntilMs);
    return { ids: due.map(({ id }) => id), nextDueAtMs: this.#claimable()[0]?.at ?? null };
  }

  finish({ id, atMs, next }: Finished): void {
    const row = this.#find(id);
    if (row === undefined) return;
    row.attempts += 1;
    if (row.state === 'delivered' && next.kind !== 'delivered') return;
    if (row.state === 'failed' && next.kind === 'waiting') return;
    if (next.kind !== 'delivered') row.lastFailedAt = atMs;
    if (next.kind === 'waiting') {
      Object.assign(row, { state: 'waiting', held: false, dueAt: next.dueAtMs, plannedAt: next.plannedAtMs ?? null });
      Object.assign(row, { passAt: next.passAtMs, notBefore: next.notBeforeMs });
    } else {
      end(row, next.kind);
    }
  }

  release(ids: readonly string[], dueAtMs: number): void {
    for (const row of this.#rows) if (ids.includes(row.id) && row.state === 'sending') giveBack(row, dueAtMs);
  }

  reclaim(nowMs: number, all: boolean): void {
    for (const row of this.#rows) {
      if (row.state === 'sending' && (all || row.leaseUntil <= nowMs)) giveBack(row, nowMs);
    }
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
  }

  reopen(id: string, { nowMs, leaseUntilMs }: Change): boolean {
    const row = this.#find(id);
    if (row === undefined || row.state === 'sending' || row.state === 'delivered') return false;
    Object.assign(row, { held: false, passAt: null, plannedAt: null, notBefore: null });
    giveBack(row, Math.min(nowMs, row.dueAt ?? nowMs));
    if (leaseUntilMs !== undefined) send(row, leaseUntilMs);
    return true;
  }

  discard(id: string): string {
    const row = this.#find(id);
    if (row === undefined) return 'unknown';
    if (row.state === 'sending') return 'busy';
    if (isOpen(row)) {
      end(row, 'failed');
      return 'ended';
    }
    this.#rows = this.#rows.filter((each) => each !== row);
    return 'removed';
  }

  hold({ deliveryId, dueAtMs }: Hold): void {
    const row = this.#find(deliveryId ?? '');
    if (row === undefined || row.state === 'sending' || row.state === 'delivered') return;
    Object.assign(row, { state: 'waiting', held: true, dueAt: dueAtMs, passAt: null });
  }

  dropHold(deliveryId: string): void {
    const row = this.#find(deliveryId);
    if (row?.held) end(row, 'failed');
  }

  wake(failedSinceMs: number, nowMs: number, again: boolean): number {
    let woken = 0;
    for (const row of this.#rows) {
      const dueAt = Math.max(nowMs, row.notBefore ?? 0);
      if (row.state !== 'waiting' || row.held || row.dueAt === null || row.dueAt <= dueAt) continue;
      if (row.attempts === 0 || row.lastFailedAt < failedSinceMs) continue;
      if (row.plannedAt !== null && !again) continue;
      Object.assign(row, { dueAt, plannedAt: row.dueAt });
      woken += 1;
    }
    return woken;
  }

  #find(id: string): Row | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  /** From when a delivery may be claimed. Null: not before something else happens. One that may be passed stands beside the order. */
  #claimableAt(row: Row): number | null {
    if ((row.state !== 'pending' && row.state !== 'waiting') || row.held || row.dueAt === null) return null;
    if (row.key === null || row.passAt !== null) return row.dueAt;
    const before = this.#rows
      .slice(0, this.#rows.indexOf(row))
      .filter((earlier) => earlier.key === row.key && isOpen(earlier) && !earlier.held);
    const passable = before.map(({ passAt }) => passAt ?? Number.POSITIVE_INFINITY);
    const at = Math.max(row.dueAt, ...passable);
    return at === Number.POSITIVE_INFINITY ? null : at;
  }

  #claimable(): { row: Row; at: number }[] {
    return this.#rows
      .flatMap((row) => {
        const at = this.#claimableAt(row);
        return at === null ? [] : [{ row, at }];
      })
      .sort((a, b) => a.at - b.at);
  }

  #due(nowMs: number): Row[] {
    return this.#claimable()
      .filter(({ at }) => at <= nowMs)
      .map(({ row }) => row);
  }
}

function isOpen({ state }: Row): boolean {
  return state !== 'delivered' && state !== 'failed';
}

function send(row: Row, leaseUntil: number): void {
  Object.assign(row, { state: 'sending', dueAt: null, leaseUntil });
}

function giveBack(row: Row, dueAt: number): void {
  Object.assign(row, { state: row.attempts === 0 ? 'pending' : 'waiting', dueAt });
}

function end(row: Row, state: 'delivered' | 'failed'): void {
  Object.assign(row, { state, dueAt: null, notBefore: null, passAt: null, held: false });
}
