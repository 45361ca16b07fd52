/**
 * How a country is written: `GB`, or the calling code `44`, `+44`, `0044`. Without the table of countries, so that panels can
 * check what is typed; whether there is such a country, phone-number.ts knows.
 */

const WRITTEN = /^(?:[A-Za-z]{2}|(?:\+|00)?[1-9]\d{0,2})$/;

/** As it is compared: in capital letters, a calling code bare. Undefined: it is no country, however one reads it. */
export function plainCountryCode(country: string): string | undefined {
  const text = country.trim();
  return WRITTEN.test(text) ? text.toUpperCase().replace(/^(\+|00)/, '') : undefined;
}
