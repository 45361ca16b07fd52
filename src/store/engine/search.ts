/**
 * Recognises a text or a phone number in what is stored. In JavaScript, because SQLite knows upper and lower case of ASCII
 * only, and because one number is written in many ways: +7 (495) 123-45-67, 74951234567, %2B7%20495….
 */

/** Whether a text is meant. */
export type TextTest = (text: string) => boolean;

/** What may stand between two digits of a number: spaces, brackets, dots, dashes, also as a URL or a form encodes them. */
const BETWEEN_DIGITS = '(?:[ \\t\\xa0().+/-]|%2[0-9A-Fa-f]){0,3}';

/** Typed by someone who means a phone number, or a part of one. */
const PHONE_LIKE = /^[\d\s().+/-]+$/;

/** From that length on, digits are taken for a number that may be written with separators; shorter ones would match dates. */
const SHORTEST_SPACED_NUMBER = 5;

/** Any text, in any case; where it looks like a phone number, also that number written otherwise. */
export function textTest(q: string): TextTest {
  const needle = q.trim().toLowerCase();
  const digits = needle.replace(/\D/g, '');
  if (!PHONE_LIKE.test(needle) || digits.length < 3) return (text) => text.toLowerCase().includes(needle);
  const number = new RegExp(spaced(digits));
  return (text) => number.test(text) || text.includes(needle);
}

/** Exactly this number: never a part of a longer one. A text without digits is in no text. */
export function numberTest(number: string): TextTest {
  const digits = number.replace(/\D/g, '');
  if (digits === '') return () => false;
  // Two hex digits after a % belong to an encoded character, not to the number.
  const start = '(?:(?<![0-9])|(?<=%[0-9A-Fa-f]{2}))(?:00)?';
  const pattern = new RegExp(`${start}${spaced(digits)}(?![0-9])`);
  return (text) => pattern.test(text);
}

function spaced(digits: string): string {
  return digits.length < SHORTEST_SPACED_NUMBER ? digits : [...digits].join(BETWEEN_DIGITS);
}
