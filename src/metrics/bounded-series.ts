/** What is counted apart by some name, for a bounded number of names: the rest is counted together. */

/** The name of all that found no place. */
export const OTHER = 'other';

export class BoundedSeries<T> {
  readonly #series = new Map<string, T>();
  #freeNames = 0;

  /**
   * `isFree`: names that anybody may bring, such as the address in a message; at most `mostFree` of them are counted apart. The
   * others come from deployed nodes; old ones stay when nodes go, so these are bounded too, by `most`.
   */
  constructor(
    private readonly create: () => T,
    private readonly most: number,
    private readonly isFree: (name: string) => boolean = () => false,
    private readonly mostFree = 0,
  ) {}

  of(name: string): T {
    return this.#series.get(name) ?? this.#add(name);
  }

  entries(): IterableIterator<[string, T]> {
    return this.#series.entries();
  }

  #add(name: string): T {
    const isFree = this.isFree(name);
    const hasPlace = isFree ? this.#freeNames < this.mostFree : this.#series.size - this.#freeNames < this.most;
    const shown = hasPlace ? name : OTHER;
    const known = this.#series.get(shown);
    if (known) return known;
    const made = this.create();
    this.#series.set(shown, made);
    if (isFree && hasPlace) this.#freeNames++;
    return made;
  }
}
