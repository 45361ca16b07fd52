/** The port to the wire: one request, one answer, whatever happens is a value. */

/** A request with its secrets in place, ready to send. */
export interface OutgoingRequest {
  readonly method: string;
  /** Absolute, http or https. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer | null;
  /** For connecting and for the whole exchange. */
  readonly timeoutMs: number;
  /** How the connection is made; connections are shared by requests whose transport is the same object. Undefined: plainly. */
  readonly transport?: Transport;
}

/** What an endpoint sets about its connections. */
export interface Transport {
  /** Connections to one origin at once. */
  readonly connections?: number;
  /** Options of node:tls. */
  readonly tls?: {
    readonly ca?: string | Buffer | readonly (string | Buffer)[];
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly passphrase?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
    readonly pfx?: string | Buffer;
    readonly ALPNProtocols?: readonly string[];
  };
  /** `noProxy`: hosts that are reached directly; `.suffix` and `*` as curl means them. */
  readonly proxy?: { readonly url: string; readonly authorization?: string; readonly noProxy?: readonly string[] };
}

/** The kinds of failure that the wire itself can tell. */
export type WireFailure = 'refused' | 'timeout' | 'dns' | 'tls' | 'reset' | 'protocol' | 'address-blocked' | 'proxy';

export type WireResult =
  | {
      readonly kind: 'response';
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, string | readonly string[]>>;
      /** At most 1 MB. */
      readonly body: Buffer;
      /** True: the answer was longer than was read. */
      readonly cut: boolean;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failure';
      readonly failure: WireFailure;
      /** One sentence for the user, naming host and port, without secrets. */
      readonly message: string;
      readonly durationMs: number;
    };

export interface HttpClient {
  /** Never rejects and follows no redirect. Ends early, as `reset`, when `signal` aborts. */
  send(request: OutgoingRequest, signal?: AbortSignal): Promise<WireResult>;
  /** Closes idle connections at once and others when they are done. */
  close(): Promise<void>;
}
