/** What the view of the log is narrowed to, and how that is written into an address. Pure. */
import type { DeliveryState } from '../../../src/delivery/delivery';

export const STATES: readonly DeliveryState[] = ['pending', 'sending', 'waiting', 'delivered', 'failed'];

/** Choices of the state filter that mean several states. */
const STATE_GROUPS = { open: ['pending', 'sending', 'waiting'] } as const satisfies Record<
  string,
  readonly DeliveryState[]
>;
export const STATE_CHOICES = ['failed', 'delivered', 'open', 'pending', 'sending', 'waiting'] as const;
export type StateChoice = (typeof STATE_CHOICES)[number];

const HOUR_MS = 3_600_000;
/** Spans that end now. */
const SPANS_MS = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS, '30d': 30 * 24 * HOUR_MS } as const;
export type Span = keyof typeof SPANS_MS;
export const SPANS = Object.keys(SPANS_MS) as readonly Span[];

/** Empty members do not restrict. */
export interface LogFilter {
  readonly state: StateChoice | '';
  /** Name of a webhook, id of a node, or an endpoint. */
  readonly webhook: string;
  readonly type: string;
  readonly q: string;
  /** Until now; excludes `from` and `to`. */
  readonly last: Span | '';
  /** ISO 8601 UTC, inclusive. */
  readonly from: string;
  /** ISO 8601 UTC, exclusive. */
  readonly to: string;
}

export const NO_FILTER: LogFilter = { state: '', webhook: '', type: '', q: '', last: '', from: '', to: '' };

/** The parameters by which the admin API is asked. */
export type Query = Readonly<Record<string, string>>;

export function isRestricting(filter: LogFilter): boolean {
  return Object.values(filter).some((value) => value !== '');
}

/** `state=failed&q=…`, without what does not restrict. */
export function addressOf(filter: LogFilter): string {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString();
}

/** Reads what `addressOf` wrote, or people typed: what is unknown does not restrict. */
export function filterFrom(address: string): LogFilter {
  const given = new URLSearchParams(address);
  const text = (name: string): string => given.get(name)?.trim() ?? '';
  const last = SPANS.find((span) => span === text('last')) ?? '';
  return {
    state: STATE_CHOICES.find((choice) => choice === text('state')) ?? '',
    webhook: text('webhook'),
    type: text('type'),
    q: text('q'),
    last,
    from: last === '' ? timeFrom(text('from')) : '',
    to: last === '' ? timeFrom(text('to')) : '',
  };
}

function timeFrom(text: string): string {
  const ms = text === '' ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}

/**
 * What to ask the admin API for. A span begins at a full minute, so that what is asked again and again means the same rows
 * for a while.
 */
export function queryOf(filter: LogFilter, nowMs: number): Query {
  const { state, webhook, type, q, last, from, to } = filter;
  const since = last === '' ? from : new Date(Math.floor((nowMs - SPANS_MS[last]) / 60_000) * 60_000).toISOString();
  const asked = { state: state === 'open' ? STATE_GROUPS.open.join(',') : state, webhook, type, q, from: since, to };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
}

/** The time of a filter, as far as it has bounds. */
export function boundsOf(filter: LogFilter, nowMs: number): { fromMs: number | null; toMs: number | null } {
  const { from = '', to = '' } = queryOf(filter, nowMs);
  return {
    fromMs: from === '' ? null : Date.parse(from),
    toMs: filter.last !== '' ? nowMs : to === '' ? null : Date.parse(to),
  };
}
