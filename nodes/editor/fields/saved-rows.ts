/** The rows of a table as they were saved, those too that no node can use: a panel shows what it refuses. Pure. */
import { isJsonObject } from '../../../src/json';
import { DEEPEST_ROWS } from '../../../src/parse';
import { FIELD_TYPES, type Field } from '../../../src/template/field';

export function savedRows(saved: unknown, depth = 0): readonly Field[] {
  return Array.isArray(saved) && depth <= DEEPEST_ROWS ? saved.map((row) => savedRow(row, depth)) : [];
}

function savedRow(saved: unknown, depth: number): Field {
  if (!isJsonObject(saved)) return { key: '', type: 'text', value: plain(saved) };
  const key = plain(saved['key']).trim();
  const type = FIELD_TYPES.find((known) => known === saved['type']) ?? 'text';
  const { value } = saved;
  const isNested = type === 'array' || type === 'object';
  return { key, type, value: isNested && Array.isArray(value) ? savedRows(value, depth + 1) : plain(value) };
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
