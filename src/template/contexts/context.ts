/**
 * The port to the languages in which variables stand. A context reads the literal text of a template as Handlebars emits
 * it and says, at each variable, how its value is to be written so that it cannot break out of its place.
 */

import type { Sentence } from '../../sentence';
import type { SecretContext } from '../secret-placeholder';

/** Writes a value so that it stays where it stands. */
export type Writer = (value: unknown) => string;

export interface Hole<State> {
  readonly write: Writer;
  /** How a secret is escaped here. `value`: it is put in at once. Undefined: no secret may stand here. */
  readonly secret: SecretContext | 'value' | undefined;
  /** Where the text goes on behind it. */
  readonly next: State;
}

export interface Context<State> {
  readonly start: State;
  /** Reads literal text on from a state; answers the next state, and the text as it is to be written. Throws a ContextError. */
  literal(state: State, text: string): { readonly state: State; readonly text: string };
  /** What may stand at a variable or secret. Throws a ContextError where none may. */
  hole(state: State): Hole<State>;
  /** The state after two ways that end in these. Undefined: they are different contexts. */
  merge(a: State, b: State): State | undefined;
  /** Throws a ContextError where the text may not end in this state. */
  end(state: State): void;
}

/** Why a template cannot be: something stands where it could break out. `offset`: where in the literal text. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
  constructor(
    readonly sentence: Sentence,
    readonly offset = 0,
  ) {
    super(sentence.message);
  }
}
