/** What tests of the wire share: requests with everything filled in, and answers of the expected kind. */
import assert from 'node:assert/strict';
import type { OutgoingRequest, WireResult } from '../../src/http/http-client';
import { PATIENCE_MS } from './patience';

type Response = Extract<WireResult, { kind: 'response' }>;
type Failure = Extract<WireResult, { kind: 'failure' }>;

/** A POST of `{}` with more time than it needs, or what `more` says. */
export function post(url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { method: 'POST', url, headers: {}, body: '{}', timeoutMs: PATIENCE_MS, ...more };
}

/** The result, which must be an answer. */
export function answered(result: WireResult): Response {
  assert.equal(result.kind, 'response', JSON.stringify(result));
  return result as Response;
}

/** The result, which must be a failure. */
export function failed(result: WireResult): Failure {
  assert.equal(result.kind, 'failure', JSON.stringify(result));
  return result as Failure;
}

/** Keeps what a test opened, to be closed after it, last opened first. */
export class Opened {
  readonly #things: { close(): Promise<void> }[] = [];

  add<T extends { close(): Promise<void> }>(thing: T): T {
    this.#things.push(thing);
    return thing;
  }

  async closeAll(): Promise<void> {
    for (const thing of this.#things.splice(0).reverse()) await thing.close();
  }
}
