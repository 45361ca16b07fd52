/** What the view of the log asks the admin API: the same from the sidebar and from the page. */
import type { DeliveryState, FailureClass } from '../../../src/delivery/delivery';
import { type Phrase, type Sentence, saidBy } from '../../../src/sentence';
import type { ShownCall } from '../../../src/story/entries';
import type { Query } from './log-filter';

type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface Failure {
  readonly class: FailureClass;
  readonly message: string;
  readonly statusCode: number | null;
}

export interface Row {
  readonly id: string;
  readonly state: DeliveryState;
  readonly webhook: string;
  readonly node: string;
  readonly eventType: string | null;
  readonly callId: string | null;
  readonly method: string | null;
  readonly url: string | null;
  readonly attemptCount: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly nextAttemptAt: string | null;
  readonly lastError: Failure | null;
}

export interface Page {
  readonly deliveries: readonly Row[];
  readonly cursor: string | null;
  readonly total: number;
}

/** Where the pages of a list begin: their cursors stay valid while new deliveries come in. */
export interface Outline {
  readonly total: number;
  readonly pageRows: number;
  readonly pages: readonly string[];
}

export interface Histogram {
  readonly stepMs: number;
  readonly parts: readonly HistogramPart[];
}

export interface HistogramPart {
  readonly at: string;
  readonly delivered: number;
  readonly failed: number;
  readonly open: number;
}

export interface Attempt {
  readonly number: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly statusCode: number | null;
  /** Null: it succeeded. */
  readonly class: FailureClass | null;
  readonly message: string | null;
  readonly phrase?: Phrase;
  readonly response: { readonly headers: Headers; readonly body: string } | null;
}

export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | null;
  readonly bodyEncoding?: 'base64';
  /** True: it had a body, which the log does not keep. */
  readonly bodyRemoved?: boolean;
  /** Why not all of it can be shown. */
  readonly problem?: Sentence;
}

export interface Details extends Row {
  /** It has failed, and later ones of its order may go first from then on. */
  readonly passAt: string | null;
  /** Of the message of `lastError`. */
  readonly errorPhrase?: Phrase;
  readonly resendOf: string | null;
  /** Id of the endpoint node, or the origin; of the node itself where no request was made. */
  readonly endpoint: string;
  /** What people call it. */
  readonly endpointName: string;
  /** Id of the node that made the request. */
  readonly template: string | null;
  readonly event: unknown;
  readonly request: ShownRequest | null;
  readonly attempts: readonly Attempt[];
}

/** An endpoint (its node's id), or an origin, with open deliveries or at a stop. */
export interface Lane {
  readonly lane: string;
  /** What people call it. Empty: it is an origin, or a node that is gone. */
  readonly name: string;
  readonly condition: 'open' | 'paused' | 'retry-after' | 'resting' | 'probing';
  readonly since: string | null;
  readonly until: string | null;
  readonly open: number;
  readonly failingSince: string | null;
}

export interface Summary {
  readonly webhooks: readonly { readonly webhook: string; readonly nodeId: string }[];
  /** What people call the nodes of the flow, by their ids. */
  readonly names: Readonly<Record<string, string>>;
  readonly lanes: readonly Lane[];
  /** What is wrong with a store, or soon will be. */
  readonly alarms: readonly Sentence[];
}

/** What became of those that matched; of very many, only the newest are resent at once. */
export interface ResentMany {
  readonly matched: number;
  readonly resent: number;
  readonly failed: readonly Sentence[];
}

export type ExportFormat = 'csv' | 'ndjson';

/** Where the admin API is, and who asks. */
export interface Access {
  /** The address below which its routes are, with a slash at the end. */
  readonly base: string;
  /** Undefined: nobody has logged in, and nobody may have to. */
  token(): string | undefined;
}

/** An answer that says no. Status 0: there was none. */
export class LogError extends Error {
  constructor(
    readonly sentence: Sentence,
    readonly status: number,
  ) {
    super(sentence.message);
  }
}

export class LogClient {
  constructor(private readonly access: Access) {}

  list(query: Query, limit: number, cursor: string | null): Promise<Page> {
    return this.#ask('GET', 'deliveries', { ...query, limit: String(limit), ...(cursor === null ? {} : { cursor }) });
  }

  outline(query: Query): Promise<Outline> {
    return this.#ask('GET', 'outline', query);
  }

  histogram(query: Query): Promise<Histogram> {
    return this.#ask('GET', 'histogram', query);
  }

  /** Calls by a number or their id, each with all that happened to it. */
  story(q: string): Promise<{ readonly calls: readonly ShownCall[]; readonly truncated: boolean }> {
    return this.#ask('GET', 'story', { q });
  }

  details(id: string): Promise<Details> {
    return this.#ask('GET', `deliveries/${encodeURIComponent(id)}`);
  }

  summary(): Promise<Summary> {
    return this.#ask('GET', 'summary');
  }

  /** Grows whenever something in the log has changed. */
  async revision(): Promise<number> {
    return (await this.#ask<{ revision: number }>('GET', 'revision')).revision;
  }

  /** `render`: by the current template, else as stored. Answers the id of the delivery that is sent: a delivered one has a copy. */
  async resend(id: string, render: boolean): Promise<string> {
    const path = `deliveries/${encodeURIComponent(id)}/resend`;
    return (await this.#ask<{ delivery: string }>('POST', path, {}, { render })).delivery;
  }

  async count(query: Query): Promise<number> {
    return (await this.#ask<{ matched: number }>('POST', 'deliveries/resend', {}, { ...query, dryRun: true })).matched;
  }

  /** Resends all that match: the filter may be empty here, who asks has been told how many that are. */
  resendAll(query: Query, render: boolean): Promise<ResentMany> {
    return this.#ask('POST', 'deliveries/resend', {}, { ...query, render, all: true });
  }

  discard(id: string): Promise<unknown> {
    return this.#ask('DELETE', `deliveries/${encodeURIComponent(id)}`);
  }

  pauseOrResume(lane: string, action: 'pause' | 'resume'): Promise<unknown> {
    return this.#ask('POST', `endpoints/${encodeURIComponent(lane)}/${action}`);
  }

  async export(query: Query, format: ExportFormat): Promise<Blob> {
    return (await this.#fetch('GET', 'export', { ...query, format })).blob();
  }

  async #ask<Answer>(method: string, path: string, query: Query = {}, body?: unknown): Promise<Answer> {
    return (await (await this.#fetch(method, path, query, body)).json()) as Answer;
  }

  async #fetch(method: string, path: string, query: Query, body?: unknown): Promise<Response> {
    const search = new URLSearchParams(query).toString();
    const token = this.access.token();
    let response: Response;
    try {
      response = await fetch(`${this.access.base}${path}${search && `?${search}`}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new LogError(saidBy(error), 0);
    }
    if (response.ok) return response;
    const told = (await response.json().catch(() => null)) as Partial<Sentence> | null;
    const message = told?.message || response.statusText || String(response.status);
    throw new LogError({ message, phrase: told?.phrase }, response.status);
  }
}
