/** Writes actions for the manager interface, and refuses what would be more than one. */
import { shortened, UserError } from '../../../errors';
import type { Sentence } from '../../../sentence';
import { source } from '../../../sentences/source';

export type ActionFields = readonly (readonly [key: string, value: string])[];

/** Asterisk refuses longer lines, and forgets then which action they belonged to. */
const LONGEST_LINE = 1000;
const MOST_FIELDS = 100;

/** Throws a UserError `action` where a key or a value would end its line, or Asterisk would not read it. */
export function writeAction(fields: ActionFields): string {
  if (fields.length > MOST_FIELDS) throw refusal(source('action-fields', { most: MOST_FIELDS }));
  return `${fields.map(([key, value]) => line(key, value)).join('')}\r\n`;
}

function line(key: string, value: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(key)) throw refusal(source('action-key', { key: shortened(key) }));
  // A line break begins another field, two of them another action, with all that the user may do.
  if (/[\r\n\0]/.test(value)) throw refusal(source('action-line-break', { key }));
  const text = `${key}: ${value}\r\n`;
  if (Buffer.byteLength(text) > LONGEST_LINE) throw refusal(source('action-long', { key }));
  return text;
}

function refusal(why: Sentence): UserError {
  return new UserError('action', why);
}
