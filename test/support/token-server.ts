/** A real token endpoint on loopback: counts its tokens (`at-1`, `at-2`, …), and fails on command. */
import { type Answer, type Received, type Receiver, type ReceiverOptions, startReceiver } from './receiver';

export interface TokenServer extends Receiver {
  /** The form fields of each request, in order of arrival. */
  readonly asked: readonly Readonly<Record<string, string>>[];
  /** Members of the next answers, beside the access token. Begins with an hour of life. */
  grant: Readonly<Record<string, unknown>>;
  /** Given in place of a token. Undefined: a token. */
  refusal: Answer | undefined;
}

export async function startTokenServer(prefix = 'at', options: ReceiverOptions = {}): Promise<TokenServer> {
  let given = 0;
  const fieldsOf = ({ text }: Received): Record<string, string> => Object.fromEntries(new URLSearchParams(text));
  const receiver = await startReceiver(() => {
    if (server.refusal) return server.refusal;
    return { body: JSON.stringify({ access_token: `${prefix}-${++given}`, token_type: 'Bearer', ...server.grant }) };
  }, options);
  const server = Object.create(receiver, {
    asked: { get: () => receiver.requests.map(fieldsOf) },
    grant: { value: { expires_in: 3600 }, writable: true },
    refusal: { value: undefined, writable: true },
  }) as TokenServer;
  return server;
}
