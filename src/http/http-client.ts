/** The port to the wire: one request, one answer, whatever happens is a value. */
import type { Socket } from 'node:net';
import type { Sentence } from '../sentence';
import type { AddressGuard } from './address-guard';
import type { Cancellation } from './cancellation';

/** A request with its secrets in place, ready to send. */
export interface OutgoingRequest {
  readonly method: string;
  /** Absolute, http or https. User info in it is left out; what it means belongs into a header (see http/user-info.ts). */
  readonly url: string;
  /**
   * Characters outside ASCII go out as UTF-8. What frames the message (Content-Length, Transfer-Encoding, Connection
   * and the like) is set by the client, whatever stands here.
   */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer | null;
  /** For the whole exchange, from `send` to the last byte of the answer. Connecting alone is given 10 s at most. */
  readonly timeoutMs: number;
  /** How the connection is made; connections are shared by requests whose transport is the same object. Undefined: plainly. */
  readonly transport?: Transport;
  /** Gives the header Authorization, in place of one in `headers`. Undefined: `headers` are whole. */
  readonly tokens?: AccessTokens;
}

/** Where credentials come from that must be obtained first and pass away. */
export interface AccessTokens {
  /**
   * The value of the header Authorization, at once where it is at hand. Never rejects.
   *
   * @param refused the value that the receiver has just refused: another one is obtained, unless that was done for the same
   *   reason a moment ago: then the fault is not the token's
   */
  obtain(refused?: string): Authorization | Promise<Authorization>;
}

export type Authorization = { readonly kind: 'value'; readonly value: string } | WireFailed;

/** What an endpoint sets about its connections. */
export interface Transport {
  /** Connections to one origin at once. Undefined: 64. */
  readonly connections?: number;
  /**
   * Judges every address before and after connecting. Undefined: any address may be reached. Through a proxy it judges
   * the host in the URL only, since the proxy asks DNS and connects.
   */
  readonly guard?: AddressGuard;
  /** Sees every connection to a receiver when it is made, also through a proxy if it is encrypted. For tests of an endpoint. */
  readonly connected?: (socket: Socket) => void;
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
  readonly proxy?: ProxySetting | ProxyByScheme;
}

/**
 * `url`: http or https. `authorization`: the whole value of Proxy-Authorization; else user info of `url` counts.
 * `noProxy`: hosts that are reached directly; `.suffix`, `host:port`, CIDR blocks and `*` as curl means them.
 */
export interface ProxySetting {
  readonly url: string;
  readonly authorization?: string;
  readonly noProxy?: readonly string[];
}

/** By the scheme of the URL that is requested. Absent: directly. */
export interface ProxyByScheme {
  readonly 'http:'?: ProxySetting;
  readonly 'https:'?: ProxySetting;
}

/** The kinds of failure that the wire itself can tell. */
export type WireFailure =
  | 'refused' // nobody listens there, or there is no way to it
  | 'timeout' // connecting, waiting for the answer or reading it took too long
  | 'dns'
  | 'tls'
  | 'reset' // the connection broke, or was ended from this side
  | 'protocol' // what came back is not HTTP
  | 'address-blocked' // the guard forbids it: final
  | 'proxy' // the proxy could not be reached, was silent or refused
  | 'auth' // an access token could not be obtained
  | 'request'; // method, URL or a header cannot be sent: final

export type WireResult =
  | {
      readonly kind: 'response';
      readonly statusCode: number;
      /** Names in lower case; `set-cookie` is always a list. */
      readonly headers: Readonly<Record<string, string | readonly string[]>>;
      /** At most 1 MB, decompressed; then `content-encoding` and `content-length` are no longer among the headers. */
      readonly body: Buffer;
      /** True: the answer was longer than was read. */
      readonly cut: boolean;
      /** The header Authorization that the client put in (`tokens`), which the answer may repeat. Undefined: none. */
      readonly authorization?: string;
      readonly durationMs: number;
    }
  | (WireFailed & { readonly durationMs: number });

/** With one sentence or two for the user, naming host and port. */
export interface WireFailed extends Sentence {
  readonly kind: 'failure';
  readonly failure: WireFailure;
  /** How long whoever failed asked to be left alone. Undefined: nobody did. */
  readonly retryAfterMs?: number;
}

export interface HttpClient {
  /** Never rejects and follows no redirect. Ends early, as `reset`, when it is cancelled. */
  send(request: OutgoingRequest, cancellation?: Cancellation): Promise<WireResult>;
  /** Closes idle connections at once and others when they are done. */
  close(): Promise<void>;
}
