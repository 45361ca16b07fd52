/** What a template consists of: the saved properties of a `telephony-webhook-template` node that shape its request. */
import type { Field } from './field';

export interface TemplateConfig {
  readonly method: string;
  /** Absolute, or a path that is appended to the endpoint's base URL. May be empty. */
  readonly url: string;
  readonly format: 'json' | 'text' | 'json-rpc' | 'form' | 'raw';
  /** Parameters that are sent, by names of the chosen vocabulary. */
  readonly available: readonly string[];
  readonly valuesAsText: boolean;
  readonly user: readonly Field[];
  readonly query: readonly Field[];
  readonly headers: readonly Field[];
  /** The body of format `text`. */
  readonly text: string;
  /** The message property that format `raw` sends. */
  readonly rawProperty: string;
  /** Empty: by format. `none`: no header. */
  readonly contentType: string;
  readonly rpcMethod: string;
  /** Empty: the event's id. */
  readonly rpcId: string;
  /** IANA name or offset; empty: UTC. */
  readonly timeZone: string;
  /** `standard`, `iso`, `unix`, `unix-ms`, `rfc2822` or a pattern. */
  readonly dateFormat: string;
  /** What a name stands for that is neither in the catalogue nor in the event. */
  readonly unknown: 'error' | 'empty';
}

/** A template source, in bytes of UTF-8. */
export const MAX_SOURCE_BYTES = 64 * 1024;

/** A rendered body, in bytes of UTF-8. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** Rows in rows, blocks in blocks, parentheses in parentheses. */
export const MAX_DEPTH = 64;
