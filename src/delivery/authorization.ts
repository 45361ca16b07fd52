/** How an endpoint's credentials get into a request at the moment of sending. */
import { type Problem, shortened } from '../errors';
import type { AccessTokens, OutgoingRequest } from '../http/http-client';
import { withHeaders } from '../http/own-headers';
import { isHeaderName } from '../http/request-head';
import { basicCredentials } from '../http/user-info';
import { secretsOfHeader } from '../secret-echo';
import { endpoint } from '../sentences/endpoint';

/**
 * The credentials of an endpoint. `bearer`: `prefix` stands before the token, none where it is empty. `header`: a key in a
 * header of its own, such as `X-Api-Key`. `oauth2`: the HTTP client puts in the token of the moment.
 */
export type EndpointAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly prefix: string; readonly token: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'oauth2'; readonly tokens: AccessTokens };

type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * The headers with the endpoint's credentials added. The credentials win over a header of the same name, however it is
 * written, as they do in the core `http request` node: a message often still carries the headers of another request.
 * Only for a URL on the endpoint's own origin. User info of a URL (http/user-info.ts) means basic
 * authentication where neither the endpoint nor the message has credentials: both say more plainly what is meant.
 */
export function authorize(headers: Headers, auth: EndpointAuth): Headers {
  switch (auth.kind) {
    case 'none':
    case 'oauth2':
      return headers;
    case 'basic':
      return withHeaders(headers, { authorization: basicCredentials(auth.username, auth.password) });
    case 'bearer':
      return withHeaders(headers, { authorization: bearer(auth.prefix, auth.token) });
    case 'header':
      return withHeaders(headers, { [auth.name]: auth.value });
  }
}

/** What the credentials look like where a receiver repeats them; tokens that come and go are told by the HTTP client. */
export function secretsOf(auth: EndpointAuth): readonly string[] {
  return Object.values(authorize({}, auth)).flat().flatMap(secretsOfHeader);
}

/** What a request needs besides, where its token is put in by the HTTP client. */
export function tokensOf(auth: EndpointAuth): Pick<OutgoingRequest, 'tokens'> | undefined {
  return auth.kind === 'oauth2' ? { tokens: auth.tokens } : undefined;
}

/** What is missing or impossible, for the panel and for deploy. Fields are the saved properties and credentials. */
export function checkAuth(auth: EndpointAuth): readonly Problem[] {
  switch (auth.kind) {
    case 'none':
    case 'oauth2': // read with its settings, see oauth/oauth-settings.ts
      return [];
    case 'basic':
      if (auth.username.includes(':')) {
        return [{ field: 'username', ...endpoint('username-colon') }];
      }
      return auth.username === '' && auth.password === '' ? [{ field: 'username', ...endpoint('basic-empty') }] : [];
    case 'bearer':
      return auth.token === '' ? [{ field: 'token', ...endpoint('bearer-empty') }] : [];
    case 'header':
      if (!isHeaderName(auth.name)) {
        return [{ field: 'username', ...endpoint('header-name', { name: shortened(auth.name) }) }];
      }
      return auth.value === '' ? [{ field: 'token', ...endpoint('header-empty', { name: auth.name }) }] : [];
  }
}

/** The value of Authorization: the token behind its prefix. */
export function bearer(prefix: string, token: string): string {
  return prefix === '' ? token : `${prefix} ${token}`;
}
