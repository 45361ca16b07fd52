/** One row of a key-value table, as saved in a flow. */

/** Row types of which the value is JSON-like structure, a hash, or comes from Node-RED. */
export const FIELD_TYPES = [
  'text',
  'number',
  'boolean',
  'array',
  'object',
  'md5',
  'crc32',
  'sha1',
  'sha256',
  'msg',
  'flow',
  'global',
  'env',
  'jsonata',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** `key` is unused inside an `array`. `value` is a list of fields for `array` and `object`, else text. */
export interface Field {
  readonly key: string;
  readonly type: FieldType;
  readonly value: string | readonly Field[];
}
