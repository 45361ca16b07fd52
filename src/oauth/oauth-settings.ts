/** What an endpoint has to know to obtain access tokens by OAuth 2, read from what its panel saves. */
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../errors';
import { isHttpUrl } from '../parse';
import { token } from '../sentences/token';
import type { ClientPlace, OAuthGrantKind } from './grant';
import { readServiceAccountKey, type ServiceAccount } from './service-account';

export interface OAuthClient {
  readonly id: string;
  /** Empty: a public client. */
  readonly secret: string;
  readonly sentIn: ClientPlace;
}

export type OAuthGrant =
  | { readonly kind: 'client-credentials'; readonly client: OAuthClient }
  | { readonly kind: 'refresh-token'; readonly client: OAuthClient; readonly refreshToken: string }
  | {
      readonly kind: 'service-account';
      readonly account: ServiceAccount;
      /** In whose name; empty: in its own. */
      readonly subject: string;
    };

export interface OAuthSettings {
  readonly tokenUrl: string;
  /** With spaces between; empty: what the token endpoint gives by itself. */
  readonly scope: string;
  /** Empty: none; for a service account the token URL. */
  readonly audience: string;
  /** Before the token in the header Authorization; empty: the token alone. */
  readonly prefix: string;
  readonly grant: OAuthGrant;
}

/** The settings as a panel saves them, with the credentials. */
export interface SavedOAuth {
  readonly oauthGrant: OAuthGrantKind;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientPlace: ClientPlace;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Text of a key file (JSON, as Google gives out) or of a PEM. */
  readonly privateKey: string;
  readonly issuer: string;
  readonly subject: string;
  readonly scope: string;
  readonly audience: string;
  readonly tokenPrefix: string;
}

/** Parses keys, too, so that one that cannot be used is found at deploy. */
export function readOAuth(saved: SavedOAuth): OAuthSettings | readonly Problem[] {
  const { scope, audience, tokenPrefix: prefix } = saved;
  switch (saved.oauthGrant) {
    case 'client-credentials': {
      const problems = needed(saved, ['tokenUrl', 'clientId', 'clientSecret']);
      if (problems.length > 0) return problems;
      return {
        tokenUrl: saved.tokenUrl,
        scope,
        audience,
        prefix,
        grant: { kind: saved.oauthGrant, client: clientOf(saved) },
      };
    }
    case 'refresh-token': {
      const problems = needed(saved, ['tokenUrl', 'clientId', 'refreshToken']);
      if (problems.length > 0) return problems;
      const grant = { kind: saved.oauthGrant, client: clientOf(saved), refreshToken: saved.refreshToken };
      return { tokenUrl: saved.tokenUrl, scope, audience, prefix, grant };
    }
    case 'service-account': {
      const missing = needed(saved, ['privateKey']);
      if (missing.length > 0) return missing;
      const file = readServiceAccountKey(saved.privateKey);
      if ('message' in file) return [{ field: 'privateKey', ...file }];
      // What is typed wins over what the key file says.
      const tokenUrl = saved.tokenUrl || file.tokenUrl;
      const issuer = saved.issuer || file.issuer;
      const problems = needed({ tokenUrl, issuer }, ['tokenUrl', 'issuer']);
      if (problems.length > 0) return problems;
      const account = { issuer, key: file.key, keyId: file.keyId };
      return { tokenUrl, scope, audience, prefix, grant: { kind: saved.oauthGrant, account, subject: saved.subject } };
    }
  }
}

/** Whether both ask the same token endpoint for the same, with the same credentials. */
export function isSameOAuth(one: OAuthSettings, other: OAuthSettings): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

/** Keys are compared by what they hold, which `isDeepStrictEqual` does not see. */
function comparable({ grant, ...rest }: OAuthSettings): unknown {
  if (grant.kind !== 'service-account') return { grant, ...rest };
  const { key, ...account } = grant.account;
  return { ...rest, subject: grant.subject, account, key: key.export({ type: 'pkcs8', format: 'der' }) };
}

const MISSING = {
  tokenUrl: token('needs-token-url'),
  clientId: token('needs-client-id'),
  clientSecret: token('needs-client-secret'),
  refreshToken: token('needs-refresh-token'),
  privateKey: token('needs-private-key'),
  issuer: token('needs-issuer'),
} as const;

function needed(values: object, fields: readonly (keyof typeof MISSING)[]): readonly Problem[] {
  const given = values as Readonly<Record<string, string>>;
  return fields
    .filter((field) => (field === 'tokenUrl' ? !isHttpUrl(given[field] ?? '') : given[field] === ''))
    .map((field) => ({ field, ...MISSING[field] }));
}

function clientOf({ clientId, clientSecret, clientPlace }: SavedOAuth): OAuthClient {
  return { id: clientId, secret: clientSecret, sentIn: clientPlace };
}
