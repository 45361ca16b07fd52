/** One packet of the manager interface: its header lines, in their order, keys that repeat included. */
import type { JsonObject, JsonValue } from '../../../json';

export class Packet {
  /** Key, value, key, value… Every other one is a key. */
  readonly #cells: readonly string[];

  constructor(cells: readonly string[]) {
    this.#cells = cells;
  }

  /** The first value of a key: of keys that repeat, Asterisk's own come before what a stranger smuggled in. */
  get(key: string): string | undefined {
    const cells = this.#cells;
    for (let at = 0; at < cells.length; at += 2) if (cells[at] === key) return cells[at + 1];
    return undefined;
  }

  /** As `get`; empty where Asterisk has no value, which it says in three ways. */
  text(key: string): string {
    const value = this.get(key);
    return value === undefined || value === '<unknown>' || value === '<none>' ? '' : value;
  }

  /** Every value of a key, in their order. */
  all(key: string): string[] {
    const cells = this.#cells;
    return cells.filter((_, at) => at % 2 === 1 && cells[at - 1] === key);
  }

  /** Whether a key stands here more than once. */
  repeats(key: string): boolean {
    const first = this.#cells.indexOf(key);
    if (first === -1) return false;
    for (let at = first - (first % 2) + 2; at < this.#cells.length; at += 2) if (this.#cells[at] === key) return true;
    return false;
  }

  /** The name of the event; empty for the answer to an action. */
  get event(): string {
    return this.get('Event') ?? '';
  }

  /** Keys and values in their order. */
  *entries(): Generator<readonly [key: string, value: string]> {
    const cells = this.#cells;
    for (let at = 0; at + 1 < cells.length; at += 2) yield [cells[at] ?? '', cells[at + 1] ?? ''];
  }

  /** Key → value; the values of a key that repeats are a list. */
  toJson(): JsonObject {
    const values = new Map<string, JsonValue>();
    for (const [key, value] of this.entries()) {
      const before = values.get(key);
      if (before === undefined) values.set(key, value);
      else if (Array.isArray(before)) before.push(value);
      else values.set(key, [before, value]);
    }
    return Object.fromEntries(values);
  }
}
