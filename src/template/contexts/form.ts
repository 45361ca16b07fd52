/** A form written by hand as text (`a={{x}}&b=1`): values are encoded as WHATWG says, keys hold no variables. */

import { template } from '../../sentences/template';
import { encodeForm } from '../encoding';
import { textOf } from '../values';
import { type Context, ContextError, type Hole } from './context';
import { afterPercent } from './percent';

export interface FormState {
  readonly part: 'key' | 'value';
  /** Hex digits that an open `%` still needs. */
  readonly open: number;
}

export const formContext: Context<FormState> = {
  start: { part: 'key', open: 0 },
  literal(state, text) {
    let { part, open } = state;
    for (const character of text) {
      if (character === '&') part = 'key';
      else if (character === '=') part = 'value';
      open = afterPercent(open, character);
    }
    return { state: { part, open }, text };
  },
  hole({ part, open }): Hole<FormState> {
    if (part === 'key') {
      throw new ContextError(template('form-key'));
    }
    if (open > 0) throw new ContextError(template('behind-percent'));
    return { write: (value) => encodeForm(textOf(value)), secret: 'form', next: { part, open } };
  },
  merge: (a, b) => (a.part === b.part && a.open === b.open ? a : undefined),
  end: () => undefined,
};
