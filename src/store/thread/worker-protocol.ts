/** What a store and its threads say to each other: batches of calls one way, answers to one or more of them the other; both packed (packed-calls.ts). */
import { UserError } from '../../errors';
import type { Phrase } from '../../sentence';
import type { OperationName } from '../engine/sqlite-engine';
import type { Packed } from './packed-deliveries';

/** One call of an operation. `emptyLog` is the one that runs outside of transactions. */
export interface Call {
  readonly name: OperationName | 'emptyLog';
  readonly args: readonly unknown[];
  /** Of how many refusals (see Answer) its caller had heard. */
  readonly heard: number;
}

/**
 * Writes that must not overtake each other: after one that the disk refused, no other is made before its caller has heard of
 * that and can put it behind the refused one.
 */
export const IN_ORDER: ReadonlySet<string> = new Set([
  'accept',
  'acceptEvents',
  'comeOut',
  'hold',
  'dropHold',
] satisfies OperationName[]);

/** Sent in place of calls: finish what came before, close the file, end. */
export const CLOSE = 'close';

/** What became of a call. Errors cross as data: classes do not survive the way. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorData };

/** Batches are answered in the order in which they came. The first answer is the thread's own: whether it could open the file. */
export interface Answer {
  /** How many batches of calls it answers. */
  readonly batches: number;
  /** Of all their calls, in their order. */
  readonly outcomes: Packed;
  /** How often the disk has refused writes IN_ORDER. */
  readonly refusals: number;
}

export interface ErrorData {
  /** Null: not a mistake that a user can mend, but a bug. */
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string;
  readonly phrase?: Phrase | undefined;
  readonly stack: string | null;
}

export function errorData(error: unknown): ErrorData {
  if (error instanceof UserError) {
    return { code: error.code, field: error.field ?? null, ...error.sentence, stack: null };
  }
  if (error instanceof Error) return { code: null, field: null, message: error.message, stack: error.stack ?? null };
  return { code: null, field: null, message: String(error), stack: null };
}

export function errorFrom({ code, field, message, phrase, stack }: ErrorData): Error {
  if (code !== null) return new UserError(code, { message, phrase }, field === null ? {} : { field });
  const error = new Error(message);
  if (stack !== null) error.stack = stack;
  return error;
}
