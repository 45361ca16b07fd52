/** A source and requests to it, as tests need them: what a case does not name is plain and right. */
import assert from 'node:assert/strict';
import type { TelephonyEvent } from '../../../../src/event/telephony-event';
import type { JsonObject } from '../../../../src/json';
import type { DialectId } from '../../../../src/sources/http-push/dialect';
import type { MappedField } from '../../../../src/sources/http-push/dialects/generic';
import { decodePush, type PushConfig, type PushRequest } from '../../../../src/sources/http-push/push';
import { findDialect } from '../../../../src/sources/http-push/registry';
import type { AcceptedEvent } from '../../../../src/store/delivery-store';

export const RECEIVED_AT = '2026-03-02T09:17:25.000Z';
export const RECEIVED_AT_MS = Date.parse(RECEIVED_AT);

export function source(
  dialect: DialectId,
  more: Partial<PushConfig> & { mapping?: readonly MappedField[] } = {},
): PushConfig {
  const { mapping = [], ...rest } = more;
  const found = findDialect(dialect, mapping);
  assert(found !== undefined);
  return {
    sourceId: 'src1',
    sourceName: 'Head office',
    dialect: found,
    timeZone: 'UTC',
    countryCode: '',
    fixed: {},
    verification: { kind: 'none' },
    allowFrom: null,
    ...rest,
  };
}

type RequestParts = Partial<Omit<PushRequest, 'query' | 'body'>> & { query?: string; body?: string | Buffer };

export function request({ query = '', body = '', ...rest }: RequestParts = {}): PushRequest {
  return {
    method: 'POST',
    subPath: '',
    target: '/telephony/events',
    isEncrypted: false,
    headers: {},
    remoteAddress: '203.0.113.7',
    receivedAtMs: RECEIVED_AT_MS,
    ...rest,
    query: new URLSearchParams(query),
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

export function jsonRequest(payload: unknown, more: RequestParts = {}): PushRequest {
  return request({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(payload), ...more });
}

let serial = 0;

export function push(incoming: PushRequest, config: PushConfig) {
  return decodePush(incoming, config, () => `unique-${++serial}`);
}

export function accepted(incoming: PushRequest, config: PushConfig): readonly AcceptedEvent[] {
  const result = push(incoming, config);
  assert(result.kind === 'accepted', result.kind === 'refused' ? result.reason : '');
  return result.events;
}

/** The events of a JSON payload. */
export function eventsOf(payload: JsonObject, config: PushConfig, more: RequestParts = {}): readonly TelephonyEvent[] {
  return accepted(jsonRequest(payload, more), config).map(({ event }) => event);
}

/** The one event of a JSON payload. */
export function eventOf(payload: JsonObject, config: PushConfig, more: RequestParts = {}): TelephonyEvent {
  const events = eventsOf(payload, config, more);
  assert.equal(events.length, 1);
  assert(events[0] !== undefined);
  return events[0];
}

export function refused(incoming: PushRequest, config: PushConfig): { status: number; reason: string } {
  const result = push(incoming, config);
  assert(result.kind === 'refused', 'the request was accepted');
  return { status: result.status, reason: result.reason };
}
