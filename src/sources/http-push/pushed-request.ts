/** A provider's call and our answer, and the port to whatever HTTP server takes such calls. */
import type { PushRequest } from './push';

/** A provider's call, whole. */
export interface PushedRequest extends Omit<PushRequest, 'receivedAtMs'> {
  /** The body was longer than is read; `body` is empty. */
  readonly tooLarge: boolean;
}

export interface PushAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type PushHandler = (request: PushedRequest) => Promise<PushAnswer>;

/**
 * Takes calls of a path and below it. Answers how to stop (`removed`: for good, not to be replaced by the same source). Throws a
 * UserError `path` where the path is taken, or nothing is served at all.
 */
export type Listen = (path: string, handler: PushHandler) => (removed: boolean) => void;
