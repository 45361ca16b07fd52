/** Texts that JSON reads as numbers. Also for panels: nothing here needs Node. */

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Whether JSON would read the text as a number. */
export function isJsonNumber(text: string): boolean {
  return text.length <= 400 && JSON_NUMBER.test(text);
}
