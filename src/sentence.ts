/**
 * What is said to users: in English, for logs and messages, and as a code with values, so that the editor can say the same in
 * its own language (nodes/editor/said.ts). The English stands in `sentences/`, a table an area; other languages in
 * `nodes/editor/locales/sentences/`.
 */

/** A part of a sentence that differs from case to case; itself a sentence where it is words. */
export type Value = string | number | Sentence;

/** What a sentence is made of. */
export interface Phrase {
  /** `area.name`. */
  readonly code: string;
  readonly values: Readonly<Record<string, Value>>;
}

export interface Sentence {
  /** In English, without secrets. */
  readonly message: string;
  /** Undefined: these are the words of somebody else, such as Handlebars or a disk. */
  readonly phrase?: Phrase | undefined;
}

/** The places of a sentence: `a` and `b` of `From __a__ to __b__.` */
type Places<English extends string> = English extends `${string}__${infer Place}__${infer Rest}`
  ? Place | Places<Rest>
  : never;

type Values<English extends string> = [Places<English>] extends [never]
  ? []
  : [values: Readonly<Record<Places<English>, Value>>];

/** Says the sentences of one area. */
export interface Speaker<Table extends Readonly<Record<string, string>>> {
  <Name extends keyof Table & string>(name: Name, ...values: Values<Table[Name]>): Sentence;
  readonly area: string;
  readonly english: Table;
}

export function speaker<const Table extends Readonly<Record<string, string>>>(
  area: string,
  english: Table,
): Speaker<Table> {
  const say = (name: keyof Table & string, values: Phrase['values'] = {}): Sentence => ({
    message: filled(english[name] ?? '', values, ({ message }) => message),
    phrase: { code: `${area}.${name}`, values },
  });
  return Object.assign(say, { area, english });
}

/** Puts the values into their places; `inWords` says one that is a sentence. A place without a value stays as it is. */
export function filled(text: string, values: Phrase['values'], inWords: (value: Sentence) => string): string {
  return text.replace(/__([a-zA-Z]+)__/g, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return place;
    return typeof value === 'object' ? inWords(value) : String(value);
  });
}

/** Of something that was said, the sentence alone. */
export function sentenceOf({ message, phrase }: Sentence): Sentence {
  return phrase === undefined ? { message } : { message, phrase };
}

/** What an error says. */
export function saidBy(error: unknown): Sentence {
  const { sentence } = error as { readonly sentence?: Sentence };
  return sentence ?? { message: error instanceof Error ? error.message : String(error) };
}
