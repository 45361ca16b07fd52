/**
 * The port of a source: something that hears a phone system and hands on what happens there, event by event. Each kind has a
 * driver, which makes its sources and tries settings out.
 */
import type { Clock, Random } from '../clock';
import type { Refusal } from '../metrics/tally';
import type { Sentence } from '../sentence';
import type { AcceptedEvent } from '../store/delivery-store';
import type { Field } from '../template/field';
import type { Finding } from './finding';
import type { Listen } from './http-push/pushed-request';

export type { Finding } from './finding';

/** The runtime side of a kind. `Settings` are what its kind.ts reads. */
export interface SourceDriver<Settings> {
  /** Throws a UserError that names the field where the setup cannot work. */
  create(setup: SourceSetup<Settings>, host: SourceHost): Source;
  /**
   * Tries a setup that may not be deployed yet, and says what it found, in the order in which people should read it. `running`
   * is the deployed source of this kind, if there is one. Never rejects for what a phone system does.
   */
  test(setup: SourceSetup<Settings>, running: Source | undefined, host: TestHost): Promise<readonly Finding[]>;
}

export interface Source {
  /** Begins to listen. What goes wrong then is a status. Called once. */
  start(): void;
  /**
   * Hears nothing more; resolves when everything heard before is handed over, or cannot be. Called once. `removed`: for good,
   * not to be replaced by a source of the same id.
   */
  stop(removed: boolean): Promise<void>;
}

/** What a source is, and what it is to do. */
export interface SourceSetup<Settings> {
  /** Of the `telephony-source` node. */
  readonly sourceId: string;
  /** May be empty. */
  readonly sourceName: string;
  /** Of times that arrive without one. */
  readonly timeZone: string;
  /** Of numbers that arrive without one; empty: unknown. */
  readonly countryCode: string;
  /** Values for what the phone system does not tell. */
  readonly fixed: readonly Field[];
  readonly settings: Settings;
  /** By name; absent where none was typed. */
  readonly credentials: Readonly<Record<string, string | undefined>>;
}

/** Why a source does not hear its phone system, in a word: the status of a node shows its short text from the locales. */
export const SOURCE_TROUBLES = [
  'path',
  'unreachable',
  'lost',
  'tls',
  'credentials',
  'permissions',
  'protocol',
  'store',
] as const;
export type SourceTrouble = (typeof SOURCE_TROUBLES)[number];

/** How a source is connected to its phone system. */
export type SourceStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** It tries again by itself (`disconnected`), or somebody has to do something (`error`). */
  | { readonly kind: 'disconnected' | 'error'; readonly trouble: SourceTrouble; readonly reason: Sentence };

/** What a source is given by those who run it. */
export interface SourceHost {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Resolves when the events are durably accepted, repeats left out, however long the disk refuses. Rejects where they could
   * not be: then they may be handed over again. Events come out in the order in which they are handed over.
   */
  deliver(events: readonly AcceptedEvent[]): Promise<void>;
  /** As `deliver`, with how many were new; or `waits` as soon as the disk refuses: they wait in memory, and whoever sent them should do so again. */
  offer(events: readonly AcceptedEvent[]): Promise<number | 'waits'>;
  status(status: SourceStatus): void;
  /** Takes an HTTP path below that of Node-RED's HTTP nodes. */
  readonly listen: Listen;
  /** Counts a call that was refused. */
  refused(why: Refusal): void;
}

/** What a test is given. */
export interface TestHost {
  readonly clock: Clock;
  /**
   * What came of it when the panel's browser called the address that is given to a provider, with `id` in the query. `status`:
   * of the answer; 0 where the browser could not read it, or there was none. Undefined for kinds that nobody calls.
   */
  readonly probe?: { readonly id: string; readonly status: number } | undefined;
}
