/** What the test of a source says: lines of text that the panel, in a browser, has the words for. */

import type { Value } from '../sentence';

/** One line of what a test found. */
export interface Finding {
  /** `bad`: it will not work so. `note`: good to know. */
  readonly grade: 'good' | 'bad' | 'note';
  /** Its words are `test.<code>` in the locales, with `values` in them. A value `…Ms` is a time since the epoch. */
  readonly code: string;
  readonly values?: Readonly<Record<string, Value>>;
  /** What to copy and put elsewhere: an address, lines of a configuration file. */
  readonly copy?: string;
}
