/** What of a request or an answer is a secret, and must be neither stored in the clear nor shown. */

import { takeUserInfo } from './http/user-info';
import { isSecretHeader } from './secret-header';

/** Headers that came as secrets in a message, and what user info of its URL means: sealed in the store, put back at each attempt. */
export type RequestSecrets = Readonly<Record<string, string | readonly string[]>>;

/** What is shown in place of a secret. */
export const REDACTED = '•••';

/**
 * Takes the secrets out of a request. `secret` is null where there are none. A header that holds a placeholder with this
 * nonce holds no secret, only its name.
 */
export function splitSecrets<Value extends string | readonly string[]>(
  request: { readonly url: string; readonly headers: Readonly<Record<string, Value>> },
  nonce: string,
): { url: string; headers: Record<string, Value>; secret: RequestSecrets | null } {
  const headers: Record<string, Value> = {};
  const secrets: Record<string, Value> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const named = nonce !== '' && typeof value === 'string' && value.includes(`:${nonce}:`);
    (isSecretHeader(name) && !named ? secrets : headers)[name] = value;
  }
  const { url, authorization } = takeUserInfo(request.url);
  const authorized = Object.keys(request.headers).some((name) => name.toLowerCase() === 'authorization');
  const secret: RequestSecrets = authorization && !authorized ? { ...secrets, Authorization: authorization } : secrets;
  return { url, headers, secret: Object.keys(secret).length > 0 ? secret : null };
}

/** Headers of an answer as the log keeps them: cookies and tokens that it set are redacted. */
export function redactHeaders(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string | readonly string[]> {
  const shown: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) shown[name] = isSecretHeader(name) ? REDACTED : value;
  return shown;
}
