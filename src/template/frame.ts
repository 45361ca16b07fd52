/** One rendering: what goes in, and how it fails. */
import type { TelephonyEvent } from '../event/telephony-event';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';
import { MAX_BODY_BYTES } from './template-config';

/** What a request is rendered from. */
export interface RenderInput {
  /** Null: the message carries none; every parameter is empty. */
  readonly event: TelephonyEvent | null;
  /** What `{{msg.…}}` and format `raw` read. */
  readonly message: Readonly<Record<string, unknown>>;
  /** The values of `typedRows`, in their order. */
  readonly typed: readonly unknown[];
  /** Random letters and digits, new for every message: placeholders of secrets carry it, so that no value can forge one. */
  readonly nonce: string;
  /** What the parameter `webhookName` says. */
  readonly webhookName: string;
}

/** An input, and how far its rendering has come. */
export interface Frame extends RenderInput {
  /** The saved property that is being rendered, for errors. */
  field: string;
  /** Characters that may still be written: a loop in a loop must not fill the memory. The body has its own, exact limit. */
  room: number;
  /** Rounds that its loops may still go: a loop in a loop must not go on and on, even if it writes nothing. */
  rounds: number;
}

/** Of all loops together. Far more than a body of 5 MB has rows. */
const MOST_ROUNDS = 50_000;

export function newFrame(input: RenderInput): Frame {
  const { event, message, typed, nonce, webhookName } = input;
  return { event, message, typed, nonce, webhookName, field: '', room: 2 * MAX_BODY_BYTES, rounds: MOST_ROUNDS };
}

/** Why this message cannot be rendered, in words for the user. Caught in renderTemplate, which knows the field. */
export class RenderError extends Error {
  override readonly name = 'RenderError';

  constructor(readonly sentence: Sentence) {
    super(sentence.message);
  }
}

export function takeRoom(frame: Frame, characters: number): void {
  frame.room -= characters;
  if (frame.room < 0) throw tooLong();
}

export function takeRound(frame: Frame): void {
  if (--frame.rounds < 0) throw new RenderError(template('loops', { most: MOST_ROUNDS }));
}

export function tooLong(): RenderError {
  return new RenderError(template('body-too-long'));
}
