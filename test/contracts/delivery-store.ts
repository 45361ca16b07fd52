/** What every store promises, as tests. A kind of store calls this once, with a factory of places to keep things in. */
import { afterEach, beforeEach, describe } from 'mocha';
import type { DeliveryStore } from '../../src/store/delivery-store';
import { letsPeopleAct } from './delivery-store/acts';
import { tellsStories } from './delivery-store/call-story';
import { claimsAndLeases } from './delivery-store/claims';
import { survives } from './delivery-store/durability';
import { keepsEvents } from './delivery-store/events';
import { keepsHolds } from './delivery-store/holds';
import { behavesAsLog } from './delivery-store/log';
import type { Place } from './delivery-store/material';
import { matchesModel } from './delivery-store/model';
import { keepsOrder } from './delivery-store/order';
import { letsGo } from './delivery-store/retention';

export function deliveryStoreContract(kind: string, options: { durable: boolean }, newPlace: () => Place): void {
  describe(`the ${kind} store`, () => {
    let place: Place;
    let stores: DeliveryStore[] = [];

    /** Each call opens what the calls before it left; the last one is closed first. */
    const open = async (): Promise<DeliveryStore> => {
      await stores.at(-1)?.close();
      const store = place.make();
      stores.push(store);
      await store.open();
      return store;
    };

    beforeEach(() => {
      stores = [];
      place = newPlace();
    });
    afterEach(async () => {
      await stores.at(-1)?.close();
      place.remove();
    });

    claimsAndLeases(open);
    keepsOrder(open);
    letsPeopleAct(open);
    behavesAsLog(open);
    letsGo(open);
    keepsEvents(open);
    tellsStories(open);
    keepsHolds(open);
    matchesModel(open);
    survives(open, options.durable);
  });
}
