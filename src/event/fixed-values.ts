/** A source's fixed values: parameters that the phone system does not know, as rows of a key-value table. */
import type { JsonObject, JsonValue } from '../json';
import type { Field } from '../template/field';

/** Key → value. Rows of types that only a message can give are taken as the text they are. */
export function fixedValues(fields: readonly Field[]): JsonObject {
  return Object.fromEntries(fields.map((field) => [field.key, valueOf(field)]));
}

function valueOf({ type, value }: Field): JsonValue {
  if (typeof value !== 'string') return type === 'array' ? value.map(valueOf) : fixedValues(value);
  if (type === 'boolean') return value.trim().toLowerCase() === 'true';
  // Only a number that is written back the same way: 007 and 1e400 stay text.
  if (type === 'number' && String(Number(value)) === value.trim()) return Number(value);
  return value;
}
