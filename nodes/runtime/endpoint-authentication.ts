/** How the requests of an endpoint are authenticated with its credentials. */
import { checkAuth, type EndpointAuth } from '../../src/delivery/authorization';
import type { Problem } from '../../src/errors';
import type { AccessTokens, Transport } from '../../src/http/http-client';
import { type OAuthSettings, readOAuth } from '../../src/oauth/oauth-settings';
import { tokenFailure } from '../../src/oauth/token-answer';
import type { credentialTypes, WebhookEndpointConfig } from '../telephony-webhook-endpoint/config';
import { toOtherHost } from './endpoint-connection';

/** As Node-RED hands them over. */
export type Credentials = { readonly [Name in keyof typeof credentialTypes]?: string };

export interface Authentication {
  readonly auth: EndpointAuth;
  readonly problems: readonly Problem[];
}

/** Where the access tokens of an endpoint come from, by these settings and on this way. */
export type TokensBy = (settings: OAuthSettings, transport: Transport) => AccessTokens;

export function authenticationOf(
  config: WebhookEndpointConfig,
  credentials: Credentials,
  transport: Transport,
  tokensBy: TokensBy,
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
      return oauth2(config, credentials, transport, tokensBy);
  }
}

function checked(auth: EndpointAuth): Authentication {
  return { auth, problems: checkAuth(auth) };
}

function oauth2(
  config: WebhookEndpointConfig,
  { clientSecret = '', refreshToken = '', privateKey = '' }: Credentials,
  transport: Transport,
  tokensBy: TokensBy,
): Authentication {
  const saved = { ...config, clientSecret: clientSecret.trim(), refreshToken: refreshToken.trim(), privateKey };
  const settings = readOAuth(saved);
  if ('grant' in settings) {
    const toTokens = toOtherHost(transport, config.baseUrl, settings.tokenUrl);
    return { auth: { kind: 'oauth2', tokens: tokensBy(settings, toTokens) }, problems: [] };
  }
  // What waits since before is not sent without credentials.
  const failure = tokenFailure(settings[0] ?? { message: '' });
  return { auth: { kind: 'oauth2', tokens: { obtain: () => failure } }, problems: settings };
}
