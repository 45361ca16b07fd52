/**
 * Mistakes that a user made and can mend. Bugs are plain errors; what the other side of a wire does is a value
 * (see delivery/outcome.ts), never an error.
 */
import { type Sentence, sentenceOf } from './sentence';

/** A mistake in a saved configuration or a message: what is wrong, in which field, and what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Shown by Catch nodes as `error.code`. One code may have several sentences. */
  readonly code: string;
  readonly sentence: Sentence;
  /** The saved property that is wrong, as a path: `url`, `user[2].value`. Undefined where no single field is to blame. */
  readonly field: string | undefined;

  constructor(code: string, sentence: Sentence, options: { field?: string; cause?: unknown } = {}) {
    super(sentence.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.sentence = sentenceOf(sentence);
    this.field = options.field;
  }

  /** Node-RED shows errors by this, and a user has no use for the name of a class. */
  override toString(): string {
    return this.message;
  }
}

/** One thing wrong (or odd) with a configuration, for panels and deploy-time status. */
export interface Problem extends Sentence {
  readonly field: string;
}

const LONGEST_QUOTE = 60;

/** What a user wrote, for an error about it: on one line, and no longer than it takes to find the place. */
export function shortened(text: string): string {
  // Cut first: of a text of megabytes the rest is not looked at.
  const line = text.slice(0, LONGEST_QUOTE).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ');
  return text.length > LONGEST_QUOTE ? `${line}…` : line;
}

/** The same, in quotes. */
export function quoted(text: string): string {
  return `"${shortened(text)}"`;
}
