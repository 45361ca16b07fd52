/** Writes actions for the manager interface, and refuses what would be more than one. */
import { quoted, UserError } from '../../errors';

export type ActionFields = readonly (readonly [key: string, value: string])[];

/** Asterisk refuses longer lines, and forgets then which action they belonged to. */
const LONGEST_LINE = 1000;
const MOST_FIELDS = 100;

/** Throws a UserError `action` where a key or a value would end its line, or Asterisk would not read it. */
export function writeAction(fields: ActionFields): string {
  if (fields.length > MOST_FIELDS) throw refusal(`An action has at most ${MOST_FIELDS} fields.`);
  return `${fields.map(([key, value]) => line(key, value)).join('')}\r\n`;
}

function line(key: string, value: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(key)) throw refusal(`${quoted(key)} is no name of a field: use letters, digits and -.`);
  // A line break begins another field, two of them another action, with all that the user may do.
  if (/[\r\n\0]/.test(value)) throw refusal(`The field ${key} holds a line break, which an action must not.`);
  const text = `${key}: ${value}\r\n`;
  if (Buffer.byteLength(text) > LONGEST_LINE) throw refusal(`The field ${key} is longer than Asterisk reads.`);
  return text;
}

function refusal(message: string): UserError {
  return new UserError('action', message);
}
