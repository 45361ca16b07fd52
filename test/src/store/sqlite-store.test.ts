import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore } from '../../../src/store/registry';
import { deliveryStoreContract } from '../../contracts/delivery-store';

deliveryStoreContract('sqlite', { durable: true }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  return {
    make: () => createStore({ kind: 'sqlite', path: join(folder, 'deliveries.db') }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
});
