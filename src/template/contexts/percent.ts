/** Percent-encoding that a template writes itself: a variable must not become part of `%41`. */

/** Hex digits that an open `%` still needs after one more character. */
export function afterPercent(open: number, character: string): number {
  if (character === '%') return 2;
  return open > 0 && /[0-9A-Fa-f]/.test(character) ? open - 1 : 0;
}
