/**
 * Phone numbers as nothing but digits: enough to find one again however it was typed, where no country is known. What
 * number it is, phone-number.ts tells.
 */

/** So many digits at the end are the same, whichever prefixes a number is written with. */
const TAIL = 7;

/** Without the scheme, parameters and host of a URI: `sip:+12025550142@pbx.example.test`, `tel:+1-202-555-0142;ext=5`. */
export function withoutUri(text: string): string {
  const uri = /^(?:tel|sips?):([^@;?]*)/i.exec(text.trim());
  return uri?.[1] ?? text.trim();
}

/** Without the zeros of a prefix, which some write and others do not. Empty: it has no other digits. */
export function digitsOf(number: string): string {
  return withoutUri(number).replace(/\D/g, '').replace(/^0+/, '');
}

/** What all ways to write a number have in common: its last digits, or all of an extension. */
export function tailOf(digits: string): string {
  return digits.slice(-TAIL);
}

/** Whether two numbers, given as `digitsOf`, may be one: the longer is the shorter with a prefix. An extension is only itself. */
export function mayBeSame(a: string, b: string): boolean {
  return a === b || (Math.min(a.length, b.length) >= TAIL && (a.endsWith(b) || b.endsWith(a)));
}
