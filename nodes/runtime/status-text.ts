/** What stands below a node: a few words, since more is cut off there or covers the next node. In every language. */
import type { Red } from './red';

/** As red._ with the keys of one node, or those that all nodes share. */
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** Says the texts below `prefix`. */
export function saying(red: Red, prefix: string): Say {
  return (key, values) => red._(`${prefix}.${key}`, values as never);
}

export const LONGEST_STATUS = 19;

/** The first text that is short enough; the last one has to be, whatever is put into it. */
export function firstThatFits(...texts: readonly [string, ...string[]]): string {
  return texts.find((text) => text.length <= LONGEST_STATUS) ?? texts[texts.length - 1] ?? '';
}

/** As much of a text as is allowed, with a sign where there was more. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1)).trimEnd()}…`;
}

/** At most four characters: `9999`, `12k`, `3M`. */
export function shortCount(count: number): string {
  if (count < 10_000) return String(count);
  return count < 1_000_000 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1_000_000)}M`;
}

/** `12:03:07`, here. */
export function clockTime(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}

/** The last event and how many came out: `call.ended · 12`. Where that is too long, the family of the type is left out, then its end. */
export function lastAndCount(type: string, count: number): string {
  const behind = ` · ${shortCount(count)}`;
  const withoutFamily = type.slice(type.indexOf('.') + 1);
  return firstThatFits(
    type + behind,
    withoutFamily + behind,
    cut(withoutFamily, LONGEST_STATUS - behind.length) + behind,
  );
}
