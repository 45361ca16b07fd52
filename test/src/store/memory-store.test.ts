import { createStore } from '../../../src/store/registry';
import { deliveryStoreContract } from '../../contracts/delivery-store';

deliveryStoreContract('memory', { durable: false }, () => ({
  make: () => createStore({ kind: 'memory', path: '' }),
  remove: () => undefined,
}));
