/** A store of which nothing survives the process: the same engine and the same promises, over a database in memory. */
import { IN_MEMORY } from './engine/sql';
import { SqliteStore } from './sqlite-store';

export class MemoryStore extends SqliteStore {
  constructor() {
    super({ path: IN_MEMORY });
  }
}
