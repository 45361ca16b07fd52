/**
 * What one source has accepted and not yet told, for as long as the process lives: a deploy replaces its node, but is no restart.
 * Tells while the flows run; what is accepted during a deploy waits for its end, since until then there may be nobody who hears it.
 */
import { systemClock } from '../../../src/clock';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import { isRefusal } from '../../../src/store/waiting-writes';
import type { Red } from '../red';
import { embeddedStore } from '../stores/stores';
import { rememberHeldBack } from './once-memories';

/** Who tells, while the flows run. */
export interface Teller {
  /** `again`: its message may have been lost, or have been heard. */
  tell(event: TelephonyEvent, again: boolean): void;
  fail(error: unknown): void;
  warn(text: string): void;
}

/**
 * Node-RED drops the messages that are between two nodes when it stops these for a deploy: what was told less than so many looks
 * ago is told again. Looks, not times: while something else keeps Node-RED busy, no message gets on.
 */
const LOOKS = 10;
const LOOK_EVERY_MS = 100;

/**
 * So many come out again together. Each time out counts before it happens, so that one that ends the process does not do so for
 * ever; and a kill before its delivery is stored has used it up for nothing. So they come one by one, with the store asked in
 * between, until the process has lived for a while: then the kills are not that close together.
 */
const OUT_TOGETHER = { atFirst: 1, later: 32 };
const AT_FIRST_MS = 5_000;

/** When what was open before is asked for once more, where the store refused to tell. */
const LAST_RUN_AGAIN_MS = 1_000;

/** Events that a warning names. */
const MOST_NAMED = 5;

export class EventLine {
  /** Open when the last run ended, and not yet counted as out again. Undefined: not read yet. */
  #fromLastRun: TelephonyEvent[] | undefined;
  /** Accepted by this run before they were read, and so perhaps among them. */
  readonly #ownBefore = new Set<string>();
  /** Out three times already. */
  readonly #closed: string[] = [];
  /** Counted, to come out again. */
  readonly #again: TelephonyEvent[] = [];
  readonly #untold: TelephonyEvent[] = [];
  #justTold: { readonly event: TelephonyEvent; looks: number }[] = [];
  #teller: Teller | undefined;
  #isTelling = false;
  /** What was open before cannot be read just now: what comes must not wait for it. */
  #skipsLastRun = false;
  #isLooking = false;
  /** When the flows first ran. */
  #startedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly red: Red,
    private readonly sourceId: string,
  ) {}

  /** Takes events that were just stored for the first time. */
  add(events: readonly TelephonyEvent[]): Promise<void> {
    if (!this.#fromLastRun) for (const { id } of events) this.#ownBefore.add(id);
    this.#untold.push(...events);
    return this.#tellAll();
  }

  /** The flows run. */
  start(teller: Teller): void {
    this.#teller = teller;
    if (this.#fromLastRun === undefined) this.#startedAtMs = systemClock.now();
    this.#skipsLastRun = false;
    const before = this.#justTold;
    this.#justTold = [];
    for (const { event } of before) this.#tell(teller, event, true);
    void this.#tellAll();
  }

  /** The flows stop, or its node is closed. */
  stop(teller: Teller): void {
    if (this.#teller === teller) this.#teller = undefined;
  }

  /** One at a time: what comes meanwhile is told by the one under way. */
  async #tellAll(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    // Nothing may come between the last look and the end.
    while (this.#teller && this.#hasMore()) {
      try {
        await this.#tellSome();
      } catch (error) {
        // That the disk refuses is said once, by the store.
        if (!isRefusal(error)) this.#teller?.fail(error);
        if (this.#skipsLastRun) break; // the next who comes tries anew
        this.#skipsLastRun = true;
        systemClock.after(LAST_RUN_AGAIN_MS, () => {
          this.#skipsLastRun = false;
          void this.#tellAll();
        });
      }
    }
    this.#isTelling = false;
  }

  #hasMore(): boolean {
    if (this.#again.length + this.#untold.length > 0) return true;
    return !this.#skipsLastRun && (this.#fromLastRun === undefined || this.#fromLastRun.length > 0);
  }

  /** What was open before comes first. */
  async #tellSome(): Promise<void> {
    const { store, events } = await embeddedStore(this.red).ready;
    if (this.#again.length > 0) events.sentOut(this.#tellFrom(this.#again, true));
    else if (this.#skipsLastRun || this.#fromLastRun?.length === 0) events.sentOut(this.#tellFrom(this.#untold, false));
    else if (this.#fromLastRun === undefined) {
      const open = await store.openEvents(this.sourceId);
      rememberHeldBack(await store.openNotes(this.sourceId));
      this.#fromLastRun = open.filter(({ id }) => !this.#ownBefore.has(id));
      this.#ownBefore.clear();
    } else {
      const isYoung = systemClock.now() - this.#startedAtMs < AT_FIRST_MS;
      const some = this.#fromLastRun.slice(0, isYoung ? OUT_TOGETHER.atFirst : OUT_TOGETHER.later);
      const may = new Set(
        await store.comeOut(
          some.map(({ id }) => id),
          systemClock.now(),
        ),
      );
      this.#fromLastRun.splice(0, some.length);
      this.#again.push(...some.filter(({ id }) => may.has(id)));
      this.#closed.push(...some.flatMap(({ id }) => (may.has(id) ? [] : id)));
      if (this.#fromLastRun.length === 0) this.#warnOfClosed();
    }
  }

  #warnOfClosed(): void {
    const ids = this.#closed.splice(0);
    if (ids.length === 0) return;
    const named = ids.slice(0, MOST_NAMED).join(', ') + (ids.length > MOST_NAMED ? ', …' : '');
    this.#teller?.warn(this.red._('telephony-source.warnings.closed', { count: ids.length, ids: named } as never));
  }

  /** Answers the ids of those that were told: none while the flows do not run. */
  #tellFrom(waiting: TelephonyEvent[], again: boolean): string[] {
    const teller = this.#teller;
    if (!teller) return [];
    const told = waiting.splice(0);
    for (const event of told) this.#tell(teller, event, again);
    return told.map(({ id }) => id);
  }

  #tell(teller: Teller, event: TelephonyEvent, again: boolean): void {
    this.#justTold.push({ event, looks: LOOKS });
    teller.tell(event, again);
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#isLooking || this.#justTold.length === 0) return;
    this.#isLooking = true;
    systemClock.after(LOOK_EVERY_MS, () => {
      this.#isLooking = false;
      if (this.#teller) for (const one of this.#justTold) one.looks--;
      this.#justTold = this.#justTold.filter(({ looks }) => looks > 0);
      this.#lookLater();
    });
  }
}
