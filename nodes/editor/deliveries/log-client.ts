/** What the sidebar asks the admin API. URLs are relative, and jQuery adds the access token. */

export type State = 'pending' | 'sending' | 'waiting' | 'delivered' | 'failed';
export const STATES: readonly State[] = ['pending', 'sending', 'waiting', 'delivered', 'failed'];

type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface Row {
  readonly id: string;
  readonly state: State;
  readonly webhook: string;
  readonly eventType: string | null;
  readonly callId: string | null;
  readonly method: string | null;
  readonly url: string | null;
  readonly attemptCount: number;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly lastError: { readonly class: string; readonly message: string } | null;
}

export interface Page {
  readonly deliveries: readonly Row[];
  readonly cursor: string | null;
  readonly total: number;
}

export interface Attempt {
  readonly number: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly statusCode: number | null;
  readonly class: string | null;
  readonly message: string | null;
  readonly response: { readonly headers: Headers; readonly body: string } | null;
}

export interface Details extends Row {
  /** It has failed, and later ones of its order may go first from then on. */
  readonly passAt: string | null;
  readonly event: unknown;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Headers;
    readonly body: string | { readonly encoding: string; readonly text: string } | null;
    /** Why not all of it can be shown. */
    readonly problem?: string;
  } | null;
  readonly attempts: readonly Attempt[];
}

export interface Filter {
  readonly state: State | '';
  readonly q: string;
}

/** An endpoint (its node's id), or an origin, with open deliveries or at a stop. */
export interface Lane {
  readonly lane: string;
  readonly condition: 'open' | 'paused' | 'retry-after' | 'resting' | 'probing';
  readonly since: string | null;
  readonly until: string | null;
  readonly open: number;
  readonly failingSince: string | null;
}

const API = 'telephony-webhooks';
const BASE = `${API}/deliveries`;

/** An answer that says no. */
export class LogError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export function list({ state, q }: Filter, limit: number, cursor: string | null): Promise<Page> {
  const query = Object.entries({ state, q, limit: String(limit), cursor: cursor ?? '' }).filter(
    ([, value]) => value !== '',
  );
  return ask<Page>(`${BASE}?${new URLSearchParams(query)}`, 'GET');
}

export function details(id: string): Promise<Details> {
  return ask<Details>(`${BASE}/${encodeURIComponent(id)}`, 'GET');
}

/** `render`: by the current template, else as stored. */
export function resend(id: string, render: boolean): Promise<unknown> {
  return ask(`${BASE}/${encodeURIComponent(id)}/resend`, 'POST', { render });
}

export function discard(id: string): Promise<unknown> {
  return ask(`${BASE}/${encodeURIComponent(id)}`, 'DELETE');
}

export function lanes(): Promise<readonly Lane[]> {
  return ask<{ readonly lanes: readonly Lane[] }>(`${API}/summary`, 'GET').then((summary) => summary.lanes);
}

export function pauseOrResume(lane: string, action: 'pause' | 'resume'): Promise<unknown> {
  return ask(`${API}/endpoints/${encodeURIComponent(lane)}/${action}`, 'POST');
}

function ask<Answer>(url: string, method: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    $.ajax({
      url,
      method,
      dataType: 'json',
      ...(body === undefined ? {} : { contentType: 'application/json', data: JSON.stringify(body) }),
    }).then(resolve, (answer: JQuery.jqXHR) => {
      const told: unknown = answer.responseJSON?.message;
      reject(new LogError(typeof told === 'string' ? told : answer.statusText, answer.status));
    });
  });
}
