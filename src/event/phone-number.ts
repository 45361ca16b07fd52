/**
 * Phone numbers: their international form (E.164), where it can be told, and whether two spellings mean one number.
 * What is no public number (an extension, a short code, `anonymous`) is compared as it is written.
 */

import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parseIncompletePhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import metadata from 'libphonenumber-js/min/metadata';
import { shortened } from '../errors';
import { Remembered } from '../remembered';
import type { Sentence } from '../sentence';
import { time } from '../sentences/time';
import { plainCountryCode } from './country-code';
import { withoutUri } from './number-digits';

/** Longer texts are no phone numbers, and are not even looked at. */
const LONGEST_NUMBER = 64;

/** With fewer digits, and nothing before them that says "public number", it is an extension or a short code. */
const SHORTEST_BARE_NUMBER = 7;

/** Digits of any script, and what people put between them. */
const NUMBER_LIKE = /^[+＋]?[\p{Nd}\p{Zs}\t()[\]./\p{Pd}]+$/u;

/**
 * The number as `+` and digits; undefined where that cannot be told.
 *
 * Phone systems often send the international form without its plus, or the national one without its leading zero. Both
 * are understood where `country` is given, which is an ISO 3166 code (`GB`) or a calling code (`44`, `+44`).
 */
export function toE164(number: string, country?: string): string | undefined {
  return number.length > LONGEST_NUMBER ? undefined : e164s.get(`${country ?? ''}\n${number}`);
}

/** As people read it, with the code of its country: `+44 20 7946 0123`. Undefined: which number it is cannot be told. */
export function internationalForm(number: string, country?: string): string | undefined {
  const e164 = toE164(number, country);
  return e164 === undefined ? undefined : parsePhoneNumberFromString(e164)?.formatInternational();
}

/** A test whether any of the numbers of an event is in the list. An empty list lets every event through. */
export function compileNumberFilter(
  numbers: readonly string[],
  country?: string,
): (candidates: readonly (string | undefined)[]) => boolean {
  const wanted = new Set(numbers.map((number) => comparableNumber(number, country)).filter((key) => key !== ''));
  if (wanted.size === 0) return () => true;
  return (candidates) =>
    candidates.some((candidate) => candidate !== undefined && wanted.has(comparableNumber(candidate, country)));
}

/** What is wrong with a country as a user typed it, as a sentence. Undefined: nothing; an empty one means "not known". */
export function countryProblem(country: string): Sentence | undefined {
  if (country.trim() === '' || countryOf(country) !== undefined) return undefined;
  return time('no-country', { country: shortened(country) });
}

/** Parsing takes some ten microseconds a reading, and a phone system has few numbers that it repeats often. */
const e164s = new Remembered<string | undefined>(2000, (key) => {
  const end = key.indexOf('\n');
  return readNumber(key.slice(end + 1), countryOf(key.slice(0, end)));
});

/** Calling code → the first of its countries, with which the others share it: US of 1, GB of 44, RU of 7. */
const mainCountries = new Map(
  Object.entries(metadata.country_calling_codes).map(([callingCode, countries]) => [callingCode, countries[0]]),
);

function countryOf(text: string): CountryCode | undefined {
  const code = plainCountryCode(text);
  if (code === undefined) return undefined;
  if (code === 'UK') return 'GB';
  if (isSupportedCountry(code)) return code;
  const country = mainCountries.get(code);
  return country !== undefined && isSupportedCountry(country) ? country : undefined;
}

/** What all spellings of one number have in common. Empty: there is nothing in it. */
export function comparableNumber(number: string, country: string | undefined): string {
  const e164 = toE164(number, country);
  if (e164 !== undefined) return e164.slice(1);
  const text = withoutUri(number);
  return NUMBER_LIKE.test(text) ? digitsOf(text).replace('+', '') : text.toLowerCase();
}

/** The digits as ASCII, with a plus before them if there is one. */
function digitsOf(text: string): string {
  return parseIncompletePhoneNumber(text.normalize('NFKC'));
}

function readNumber(number: string, country: CountryCode | undefined): string | undefined {
  const text = withoutUri(number);
  if (!NUMBER_LIKE.test(text)) return undefined;
  const digits = digitsOf(text);
  if (digits.startsWith('+')) return read(digits)?.number;
  const found = country === undefined ? undefined : readBare(digits, country);
  return (found ?? (digits.startsWith('00') ? read(`+${digits.slice(2)}`) : undefined))?.number;
}

/** Undefined: no number of the country has this length. */
function read(digits: string, defaultCountry?: CountryCode): PhoneNumber | undefined {
  const options = { extract: false, ...(defaultCountry !== undefined && { defaultCountry }) };
  const number = parsePhoneNumberFromString(digits, options);
  return number?.isPossible() ? number : undefined;
}

/**
 * Digits without a plus can be read as a national number and as an international one. What speaks for which, strongest
 * first: a prefix that only one of them has; that people of the country write it just so; that the other one exists.
 */
function readBare(digits: string, country: CountryCode): PhoneNumber | undefined {
  if (digits.length < SHORTEST_BARE_NUMBER) return undefined;
  const national = read(digits, country);
  const international = read(`+${digits}`);
  if (national !== undefined && national.nationalNumber !== digits && national.number !== `+${digits}`) return national;
  if (exists(national) && national.nationalNumber === digits && isCustomary(national)) return national;
  if (exists(international)) return international;
  return exists(national) ? national : undefined;
}

/** Countries that share a calling code cannot be told apart by every number; there its length has to be enough. */
function exists(number: PhoneNumber | undefined): number is PhoneNumber {
  return number !== undefined && (number.country === undefined || number.isValid());
}

/**
 * Whether the country writes the number without a trunk prefix: `98765 43210` in India, but `0151 …` in Germany.
 * A number that comes back in one piece is of no customary form at all.
 */
function isCustomary(number: PhoneNumber): boolean {
  const written = number.format('NATIONAL', { nationalPrefix: false });
  return written !== number.nationalNumber && digitsOf(written) === number.nationalNumber;
}
