/** What is asked of a token endpoint, for each grant (RFC 6749 sections 4.4 and 6, RFC 7523 section 2.1). */
import { basicCredentials } from '../http/user-info';
import type { OAuthClient, OAuthSettings } from './oauth-settings';
import { assertionOf } from './service-account';

export interface TokenRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TokenRequestParts {
  /** For `refresh-token`: the one that is valid now. */
  readonly refreshToken: string;
  /** For `service-account`: names the assertion. */
  readonly assertionId: string;
  readonly nowMs: number;
}

export function tokenRequest(settings: OAuthSettings, parts: TokenRequestParts): TokenRequest {
  const { grant, scope, audience, tokenUrl } = settings;
  switch (grant.kind) {
    case 'client-credentials':
      return asClient(grant.client, { grant_type: 'client_credentials', scope, audience });
    case 'refresh-token':
      return asClient(grant.client, {
        grant_type: 'refresh_token',
        refresh_token: parts.refreshToken,
        scope,
        audience,
      });
    case 'service-account': {
      const claims = { audience: audience || tokenUrl, scope, subject: grant.subject };
      const assertion = assertionOf(grant.account, { ...claims, id: parts.assertionId, nowMs: parts.nowMs });
      // Google reads the scope in the assertion, others in the form.
      return form({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope });
    }
  }
}

function asClient({ id, secret, sentIn }: OAuthClient, fields: Readonly<Record<string, string>>): TokenRequest {
  // A client without a secret cannot authenticate, only say who it is.
  if (sentIn === 'body' || secret === '') return form({ ...fields, client_id: id, client_secret: secret });
  return form(fields, { authorization: basicCredentials(formEncoded(id), formEncoded(secret)) });
}

/** Fields that are empty are left out. */
function form(fields: Readonly<Record<string, string>>, headers: TokenRequest['headers'] = {}): TokenRequest {
  const filled = Object.entries(fields).filter(([, value]) => value !== '');
  return {
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(filled).toString(),
  };
}

/** Id and secret are encoded as in a form before they are joined (RFC 6749 section 2.3.1): either may hold a colon. */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
