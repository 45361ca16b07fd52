/** A pure function of a text that remembers its latest answers, at most so many. */
export class Remembered<Value> {
  readonly #limit: number;
  readonly #compute: (key: string) => Value;
  readonly #values = new Map<string, Value>();

  constructor(limit: number, compute: (key: string) => Value) {
    this.#limit = limit;
    this.#compute = compute;
  }

  get(key: string): Value {
    const values = this.#values;
    const value = values.has(key) ? (values.get(key) as Value) : this.#compute(key);
    // A Map keeps the order of insertion, so the first is the one that was asked for longest ago.
    values.delete(key);
    values.set(key, value);
    forgetOldest(values, this.#limit);
    return value;
  }
}

/** Removes what was put in first, as long as there is more than so much. */
export function forgetOldest(map: Map<string, unknown>, limit: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}
