/** What is said of something that began to be wrong, or no longer is. */
import type { Condition, Standing } from './alert-board';

/** The names of the two changes, which are in messages and so for ever. */
const KINDS = {
  failing: ['failing', 'recovered'],
  paused: ['paused', 'resumed'],
  breaker: ['breaker-opened', 'breaker-closed'],
  'retry-after': ['retry-after', 'retry-after-over'],
  'store-refusing': ['store-refusing', 'store-writes-again'],
  'disk-nearly-full': ['disk-nearly-full', 'disk-has-room'],
  'cap-nearly-reached': ['cap-nearly-reached', 'cap-has-room'],
} as const satisfies Record<Condition, readonly [string, string]>;

export type AlertKind = (typeof KINDS)[Condition][number];

export interface Alert {
  readonly kind: AlertKind;
  /** False: it is over. The condition is what the two have in common. */
  readonly active: boolean;
  readonly condition: Condition;
  /** Id of the endpoint's node, or an origin where there is no endpoint. Null: it is about the store. */
  readonly endpoint: string | null;
  /** What people call it. */
  readonly name: string;
  /** ISO 8601 UTC: since when it is, or was, so. */
  readonly since: string;
  readonly message: string;
}

export function alertOf(standing: Standing, active: boolean, name: string, nowMs: number): Alert {
  const { condition, lane, sinceMs, detail, removed } = standing;
  const said = SENTENCES[condition];
  const over = removed === undefined ? `${said[1]} ${lasted(nowMs - sinceMs)}` : 'was removed';
  return {
    kind: KINDS[condition][active ? 0 : 1],
    active,
    condition,
    endpoint: lane,
    name,
    since: new Date(sinceMs).toISOString(),
    message: active ? (detail ?? `${name} ${said[0]}`) : `${name} ${over}.`,
  };
}

/** What follows a name, when it begins, and when it is over. */
const SENTENCES: Readonly<Record<Condition, readonly [string, string]>> = {
  failing: ['fails: no request gets through. What waits is tried again by its schedule.', 'works again after'],
  paused: ['is paused: what arrives for it is kept until someone resumes it.', 'sends again; it was paused for'],
  breaker: [
    'has failed so often that it is left alone; one request is tried now and then until one gets through.',
    'is sent to normally again, having been left alone for',
  ],
  'retry-after': [
    'asks to be sent nothing for a while (Retry-After).',
    'is sent to again after the pause it asked for,',
  ],
  'store-refusing': ['cannot be written to.', 'can be written to again after'],
  'disk-nearly-full': ['is on a disk that is nearly full.', 'has room on its disk again after'],
  'cap-nearly-reached': ['is nearly full of deliveries that wait.', 'has room again after'],
};

function lasted(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
