/** A store was closed under whoever still called it: nothing came of the call. */
export class StoreClosed extends Error {
  constructor() {
    super('The delivery store was closed.');
  }
}
