/** What a failure means and what to do about it, as keys of words: for every class of failure, and for the answers that say more. */
import type { FailureClass } from '../../../src/delivery/delivery';

export interface Advice {
  /** Key of the hint, below `hints`. */
  readonly hint: string;
  /** How sending it again may succeed: as it is stored, or only rendered anew. */
  readonly mend: 'stored' | 'rendered';
  /** The node where the cause is likely to be mended. Null: not in the flow. */
  readonly look: 'webhook' | 'endpoint' | 'template' | null;
}

type Mend = Omit<Advice, 'hint'>;
const RECEIVER: Mend = { mend: 'stored', look: null };
const WEBHOOK: Mend = { mend: 'stored', look: 'webhook' };
const ENDPOINT: Mend = { mend: 'stored', look: 'endpoint' };
const TEMPLATE: Mend = { mend: 'rendered', look: 'template' };

const BY_CLASS: Readonly<Record<FailureClass, Mend>> = {
  refused: RECEIVER,
  timeout: WEBHOOK,
  dns: WEBHOOK,
  tls: ENDPOINT,
  reset: RECEIVER,
  status: RECEIVER,
  protocol: WEBHOOK,
  'address-blocked': ENDPOINT,
  proxy: ENDPOINT,
  auth: ENDPOINT,
  secret: ENDPOINT,
  template: TEMPLATE,
  request: TEMPLATE,
  expired: RECEIVER,
  discarded: RECEIVER,
  internal: RECEIVER,
};

/** Answers of the receiver that say more than that it refused. */
const BY_STATUS: Readonly<Record<number, Mend & { readonly hint: string }>> = {
  400: { ...TEMPLATE, hint: 'status-body' },
  401: { ...ENDPOINT, hint: 'status-credentials' },
  402: { ...RECEIVER, hint: 'status-account' },
  403: { ...ENDPOINT, hint: 'status-credentials' },
  404: { ...WEBHOOK, hint: 'status-address' },
  405: { ...WEBHOOK, hint: 'status-method' },
  406: { ...TEMPLATE, hint: 'status-body' },
  408: { ...RECEIVER, hint: 'status-later' },
  409: { ...RECEIVER, hint: 'status-conflict' },
  410: { ...WEBHOOK, hint: 'status-gone' },
  411: { ...TEMPLATE, hint: 'status-body' },
  413: { ...TEMPLATE, hint: 'status-large' },
  414: { ...TEMPLATE, hint: 'status-large' },
  415: { ...TEMPLATE, hint: 'status-type' },
  422: { ...TEMPLATE, hint: 'status-body' },
  423: { ...RECEIVER, hint: 'status-later' },
  425: { ...RECEIVER, hint: 'status-later' },
  429: { ...ENDPOINT, hint: 'status-rate' },
  431: { ...TEMPLATE, hint: 'status-large' },
  501: { ...WEBHOOK, hint: 'status-method' },
};

export const HINTS: readonly string[] = [
  ...Object.keys(BY_CLASS),
  ...new Set(Object.values(BY_STATUS).map(({ hint }) => hint)),
  'status-redirect',
  'status-server',
  'status-rule',
];

export function adviceOn(failure: { readonly class: FailureClass; readonly statusCode: number | null }): Advice {
  const status = failure.statusCode;
  if (failure.class !== 'status' || status === null) return { hint: failure.class, ...BY_CLASS[failure.class] };
  const known = BY_STATUS[status];
  if (known) return known;
  if (status >= 500) return { hint: 'status-server', ...RECEIVER };
  if (status >= 300 && status < 400) return { hint: 'status-redirect', ...WEBHOOK };
  if (status >= 200 && status < 300) return { hint: 'status-rule', ...WEBHOOK };
  return { hint: 'status', ...RECEIVER };
}
