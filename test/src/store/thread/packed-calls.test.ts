import assert from 'node:assert/strict';
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Delivery, FAILURE_CLASSES } from '../../../../src/delivery/delivery';
import type { JsonObject } from '../../../../src/json';
import type { Accepted, Finished, NewDelivery } from '../../../../src/store/delivery-store';
import { packCalls, packOutcomes, unpackCalls, unpackOutcomes } from '../../../../src/store/thread/packed-calls';
import type { Packed } from '../../../../src/store/thread/packed-deliveries';
import type { Call, Outcome } from '../../../../src/store/thread/worker-protocol';

const text = fc.string({ unit: 'binary' });
const maybe = fc.option(text);
const time = fc.maxSafeNat();
const headers = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(text, fc.array(text)), { noNullPrototype: true });
const error = fc.record({
  class: fc.constantFrom(...FAILURE_CLASSES),
  message: text,
  statusCode: fc.option(fc.nat()),
});

/** Of every member, also those that may be absent: what is new in a type is missed here before it is missed on the way. */
type Members<T> = { readonly [Member in keyof Required<T>]: fc.Arbitrary<Required<T>[Member]> };

const requestMembers: Members<NonNullable<NewDelivery['request']>> = {
  method: text,
  url: text,
  headers,
  body: fc.option(fc.record({ encoding: fc.constantFrom('utf8' as const, 'base64' as const), text })),
  sealed: maybe,
  base: text,
};
const { base: _base, ...alwaysOfRequest } = requestMembers;
const request = fc.oneof(fc.record(requestMembers), fc.record(alwaysOfRequest));

const deliveryMembers: Members<NewDelivery> = {
  ...{ id: text, nodeId: text, webhook: text, lane: text, orderKey: maybe, message: text, resendOf: maybe },
  ...{ eventId: maybe, eventTime: maybe, eventType: maybe, callId: maybe, createdAtMs: time, compare: fc.boolean() },
  request: fc.option(request),
  start: fc.oneof(
    fc.record({ kind: fc.constant('claim' as const), leaseUntilMs: time }),
    fc.record({ kind: fc.constant('pending' as const), dueAtMs: time }),
    fc.record({ kind: fc.constant('failed' as const), error }),
  ),
  comesBack: fc.record({ id: text, wasHeld: fc.boolean() }),
};
const { comesBack: _comesBack, ...alwaysOfDelivery } = deliveryMembers;
const delivery: fc.Arbitrary<NewDelivery> = fc.oneof(fc.record(deliveryMembers), fc.record(alwaysOfDelivery));

const attemptMembers: Members<NonNullable<Finished['attempt']>> = {
  ...{ startedAtMs: time, durationMs: time, statusCode: fc.option(fc.nat()), message: maybe },
  class: fc.option(fc.constantFrom(...FAILURE_CLASSES)),
  phrase: fc.record({ code: text, values: fc.dictionary(text, text, { noNullPrototype: true }) }),
  response: fc.option(fc.record({ headers, body: text })),
};
const { phrase: _phrase, ...alwaysOfAttempt } = attemptMembers;
const attempt = fc.oneof(fc.record(attemptMembers), fc.record(alwaysOfAttempt));

const finishedMembers: Members<Finished> = {
  ...{ id: text, atMs: time, keepBodies: fc.boolean(), report: fc.boolean() },
  attempt: fc.option(attempt),
  next: fc.oneof(
    fc.constant({ kind: 'delivered' as const }),
    fc.record({ kind: fc.constant('failed' as const), error }),
    fc.record({
      ...{ kind: fc.constant('waiting' as const), dueAtMs: time, error },
      ...{ notBeforeMs: fc.option(time), passAtMs: fc.option(time), spared: fc.boolean() },
    }),
  ),
};
const finished = fc.record(finishedMembers);

const acceptedMembers: Members<Accepted> = {
  ...{ id: text, sequence: time, claimed: fc.boolean(), duplicate: fc.boolean(), reopened: fc.boolean() },
};
const accepted = fc.record(acceptedMembers);
/** As a store holds it: in JSON, which has no -0. */
const message = fc
  .dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const claimedMembers: Members<Delivery> = {
  ...{ id: text, sequence: time, nodeId: text, webhook: text, lane: text, orderKey: maybe, eventId: maybe },
  ...{ eventType: maybe, callId: maybe, attemptCount: time, sparedCount: time, createdAtMs: time, updatedAtMs: time },
  ...{
    firstFailedAtMs: fc.option(time),
    dueAtMs: fc.option(time),
    plannedAtMs: fc.option(time),
    notBeforeMs: fc.option(time),
  },
  ...{ passAtMs: fc.option(time), lastError: fc.option(error), bodyRemoved: fc.boolean(), resendOf: maybe },
  state: fc.constantFrom('pending', 'sending', 'waiting', 'delivered', 'failed'),
  request: fc.option(request),
  message,
};
const claimed = fc.record({ deliveries: fc.array(fc.record(claimedMembers)), nextDueAtMs: fc.option(time) });
const failure = fc.record({ code: maybe, field: maybe, message: text, stack: maybe });

/** A call, with what may become of it. */
const answered: fc.Arbitrary<{ call: Call; outcome: Outcome }> = fc
  .oneof(
    fc.tuple(fc.constant('accept' as const), delivery, accepted),
    fc.tuple(fc.constant('finish' as const), finished, fc.constant(undefined)),
    fc.tuple(fc.constant('claim' as const), fc.jsonValue(), claimed),
    fc.tuple(fc.constantFrom('get' as const, 'release' as const, 'emptyLog' as const), fc.jsonValue(), fc.jsonValue()),
  )
  .chain(([name, argument, value]) =>
    fc.record({
      call: fc.record({ name: fc.constant(name), args: fc.constant([argument]), heard: fc.nat() }),
      outcome: fc.oneof(
        fc.constant<Outcome>({ ok: true, value }),
        failure.map((error): Outcome => ({ ok: false, error })),
      ),
    }),
  );

/** As it arrives in the other thread. */
const across = (packed: Packed): Packed => deserialize(serialize(packed)) as Packed;
const plain = (value: unknown): unknown => deserialize(serialize(value));

describe('calls of a store and their outcomes', () => {
  it('arrive in the other thread as they set out', () => {
    fc.assert(
      fc.property(fc.array(answered), (all) => {
        const calls = all.map(({ call }) => call);
        const outcomes = all.map(({ outcome }) => outcome);
        assert.deepEqual(unpackCalls(across(packCalls(calls))), plain(calls));
        assert.deepEqual(unpackOutcomes(calls, across(packOutcomes(calls, outcomes))), plain(outcomes));
      }),
    );
  });
});
