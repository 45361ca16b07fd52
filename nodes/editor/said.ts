/**
 * What the runtime, or a reader of saved properties, has said, in the language of the editor. English stands in `src/sentences/`;
 * other languages in `locales/sentences/`, which the build adds to the words of every panel that uses this.
 */
import { filled, type Sentence } from '../../src/sentence';
import type { Words } from './catalogue-words';

/** In English where the language has no words for it: a row of an older version, or somebody else's text. */
export function said(translate: Words, { message, phrase }: Sentence): string {
  if (!phrase) return message;
  // Filled in here: what stands in a value may look like a place, or like a key.
  const words = translate(`sentences.${phrase.code}`, { defaultValue: message, skipInterpolation: 1 });
  return words === message ? message : filled(words, phrase.values, (part) => said(translate, part));
}
