/** Places in which a value is written as it is, or encoded as a whole: a header, plain text, one value of a form or query. */
import { toUSVString } from 'node:util';
import { encodeForm, encodeUrl } from '../encoding';
import type { SecretContext } from '../secret-placeholder';
import { textOf } from '../values';
import type { Context, Writer } from './context';

type Everywhere = 'everywhere';

function uniform(
  secret: SecretContext | 'value' | undefined,
  write: Writer,
  writeLiteral: (text: string) => string,
): Context<Everywhere> {
  const hole = { write, secret, next: 'everywhere' } as const;
  return {
    start: 'everywhere',
    literal: (state, text) => ({ state, text: writeLiteral(text) }),
    hole: () => hole,
    merge: (state) => state,
    end: () => undefined,
  };
}

const asItIs = (text: string): string => text;

/** A text of which the rendered form is then written as JSON, with `JSON.stringify`. */
export const jsonMember = uniform('json-string', textOf, asItIs);

/** A text that is then hashed. */
export const digested = uniform('value', textOf, asItIs);

/** A text that is then read as a number, a boolean or a name: nothing of it may stay open until the moment of sending. */
export const settled = uniform(undefined, textOf, asItIs);

export const headerText = uniform('header', (value) => toUSVString(textOf(value)), asItIs);

export const plainText = uniform('text', (value) => toUSVString(textOf(value)), asItIs);

/** The whole value of one field of a form. */
export const formValue = uniform('form', (value) => encodeForm(textOf(value)), encodeForm);

/** The whole value of one parameter of a query. */
export const queryValue = uniform('url', (value) => encodeUrl(textOf(value)), encodeUrl);
