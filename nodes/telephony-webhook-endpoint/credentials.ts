/** How the requests of an endpoint are authenticated with its credentials. */
import { checkAuth, type EndpointAuth } from '../../src/delivery/authorization';
import type { Problem } from '../../src/errors';
import type { Transport } from '../../src/http/http-client';
import { readOAuth } from '../../src/oauth/oauth-settings';
import { tokenFailure } from '../../src/oauth/token-answer';
import { tokensOf } from '../runtime/access-tokens';
import type { Red } from '../runtime/red';
import type { credentialTypes, WebhookEndpointConfig } from './config';
import { toOtherHost } from './connection';

/** As Node-RED hands them over. */
export type Credentials = { readonly [Name in keyof typeof credentialTypes]?: string };

export interface Authentication {
  readonly auth: EndpointAuth;
  readonly problems: readonly Problem[];
}

/** `id`: of the endpoint node; its access tokens outlive a redeploy. */
export function authenticationOf(
  red: Red,
  id: string,
  config: WebhookEndpointConfig,
  credentials: Credentials,
  transport: Transport,
): Authentication {
  const { username = '', password = '', token = '' } = credentials;
  switch (config.auth) {
    case 'none':
      return checked({ kind: 'none' });
    case 'basic':
      return checked({ kind: 'basic', username, password });
    case 'bearer':
      return checked({ kind: 'bearer', prefix: config.tokenPrefix, token });
    case 'header':
      return checked({ kind: 'header', name: config.headerName, value: token });
    case 'oauth2':
      return oauth2(red, id, config, credentials, transport);
  }
}

function checked(auth: EndpointAuth): Authentication {
  return { auth, problems: checkAuth(auth) };
}

function oauth2(
  red: Red,
  id: string,
  config: WebhookEndpointConfig,
  { clientSecret = '', refreshToken = '', privateKey = '' }: Credentials,
  transport: Transport,
): Authentication {
  const saved = { ...config, clientSecret: clientSecret.trim(), refreshToken: refreshToken.trim(), privateKey };
  const settings = readOAuth(saved);
  if ('grant' in settings) {
    const toTokens = toOtherHost(transport, config.baseUrl, settings.tokenUrl);
    return { auth: { kind: 'oauth2', tokens: tokensOf(red, id, settings, toTokens) }, problems: [] };
  }
  // What waits since before is not sent without credentials.
  const failure = tokenFailure(settings[0]?.message ?? '');
  return { auth: { kind: 'oauth2', tokens: { obtain: () => failure } }, problems: settings };
}
