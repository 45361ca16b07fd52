/** How an endpoint authenticates: what it saves of that, besides its credentials. */
import { quoted } from '../../src/errors';
import { CLIENT_PLACES, type ClientPlace, OAUTH_GRANTS, type OAuthGrantKind } from '../../src/oauth/grant';
import { choice, isHttpUrl, type Reading, text } from '../../src/parse';

export const AUTHENTICATIONS = ['none', 'basic', 'bearer', 'header', 'oauth2'] as const;

export interface AuthenticationConfig {
  readonly auth: (typeof AUTHENTICATIONS)[number];
  /** For `header`: the header that carries the token. */
  readonly headerName: string;
  /** For `bearer` and `oauth2`: the word before the token; empty: the token alone. */
  readonly tokenPrefix: string;
  /** All that follow: for `oauth2`. */
  readonly oauthGrant: OAuthGrantKind;
  /** Absolute, http or https. Empty for a service account: as its key file says. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Where client id and secret stand in a token request. */
  readonly clientPlace: ClientPlace;
  /** Scopes with spaces between; empty: none is asked for. */
  readonly scope: string;
  /** Empty: none; for a service account the token URL. */
  readonly audience: string;
  /** Of a service account. Empty: as its key file says. */
  readonly issuer: string;
  /** The user in whose name a service account asks; empty: in its own. */
  readonly subject: string;
}

export const authenticationDefaults: AuthenticationConfig = {
  auth: 'none',
  headerName: 'X-API-Key',
  tokenPrefix: 'Bearer',
  oauthGrant: 'client-credentials',
  tokenUrl: '',
  clientId: '',
  clientPlace: 'body',
  scope: '',
  audience: '',
  issuer: '',
  subject: '',
};

/** A header name as HTTP allows it (RFC 9110, token). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Visible ASCII, single spaces within: what may stand before a token. */
const PREFIX = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/** The header that carries what the endpoint authenticates with. Undefined: none does. */
export function authenticationHeader({ auth, headerName }: AuthenticationConfig): string | undefined {
  if (auth === 'none') return undefined;
  return auth === 'header' ? headerName : 'Authorization';
}

export function parseAuthentication(from: Reading): AuthenticationConfig {
  const defaults = authenticationDefaults;
  const config: AuthenticationConfig = {
    auth: choice(from, 'auth', AUTHENTICATIONS, defaults.auth),
    headerName: text(from, 'headerName', defaults.headerName),
    tokenPrefix: text(from, 'tokenPrefix', defaults.tokenPrefix),
    oauthGrant: choice(from, 'oauthGrant', OAUTH_GRANTS, defaults.oauthGrant),
    tokenUrl: text(from, 'tokenUrl', defaults.tokenUrl),
    clientId: text(from, 'clientId', defaults.clientId),
    clientPlace: choice(from, 'clientPlace', CLIENT_PLACES, defaults.clientPlace),
    scope: text(from, 'scope', defaults.scope),
    audience: text(from, 'audience', defaults.audience),
    issuer: text(from, 'issuer', defaults.issuer),
    subject: text(from, 'subject', defaults.subject),
  };
  const problem = (field: keyof AuthenticationConfig, message: string): void => {
    from.problems.push({ field, message });
  };
  if (config.auth === 'header' && !HEADER_NAME.test(config.headerName)) {
    problem('headerName', `${quoted(config.headerName)} is no header name`);
  }
  if (
    (config.auth === 'bearer' || config.auth === 'oauth2') &&
    config.tokenPrefix &&
    !PREFIX.test(config.tokenPrefix)
  ) {
    problem('tokenPrefix', 'tokenPrefix holds characters that cannot stand in a header');
  }
  if (config.auth === 'oauth2') {
    const fromFile = config.oauthGrant === 'service-account';
    if (!isHttpUrl(config.tokenUrl) && !(fromFile && config.tokenUrl === '')) {
      problem('tokenUrl', 'tokenUrl must be an address that starts with http:// or https://');
    }
    if (!fromFile && config.clientId === '') problem('clientId', 'clientId must not be empty');
  }
  return config;
}
