/** A process for tests of crashes: accepts deliveries into the store at its first argument, many at once, and prints the id of each that is kept. */
import { randomId } from '../../../../src/clock';
import { SqliteStore } from '../../../../src/store/sqlite-store';
import { newDelivery } from '../../../contracts/delivery-store/material';

async function acceptForever(store: SqliteStore): Promise<void> {
  for (;;) {
    const { id } = await store.accept(newDelivery(randomId('dlv_')));
    process.stdout.write(`${id}\n`);
  }
}

const store = new SqliteStore({ path: process.argv[2] ?? '' });
store.open().then(() => Array.from({ length: 8 }, () => acceptForever(store)));
