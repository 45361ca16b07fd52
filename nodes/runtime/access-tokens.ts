/**
 * The access tokens of this Node-RED's endpoints. They outlive redeploys: a deploy elsewhere costs no new token, and a
 * refresh token that is just being replaced is not sent a second time.
 */
import { dirname, join } from 'node:path';
import { randomId, systemClock } from '../../src/clock';
import type { AccessTokens, Transport } from '../../src/http/http-client';
import { AccessTokenSource } from '../../src/oauth/access-token-source';
import { isSameOAuth, type OAuthSettings } from '../../src/oauth/oauth-settings';
import { rotatedTokenFile } from '../../src/oauth/rotated-token-file';
import { tokenFailure } from '../../src/oauth/token-answer';
import { token } from '../../src/sentences/token';
import { SealedFile } from '../../src/store/sealed-file';
import { SecretBox } from '../../src/store/secret-box';
import type { Red } from './red';
import { EMBEDDED, sharedClient, storePath } from './stores';

const sources = new Map<string, { readonly settings: OAuthSettings; readonly source: AccessTokenSource }>();

/** `id`: of the endpoint node. With the same settings as before, the same tokens. */
export function tokensOf(red: Red, id: string, settings: OAuthSettings, transport: Transport): AccessTokens {
  const known = sources.get(id);
  if (known && isSameOAuth(known.settings, settings)) {
    known.source.transport = transport;
    return known.source;
  }
  const database = storePath(red, EMBEDDED);
  const file = new SealedFile(join(dirname(database), 'refresh-tokens', `${encodeURIComponent(id)}.sealed`), () =>
    SecretBox.withKeyFile(`${database}.key`),
  );
  const source = new AccessTokenSource(settings, {
    client: sharedClient(),
    clock: systemClock,
    newId: () => randomId('jwt_'),
    rotated: rotatedTokenFile(file, originOf(settings)),
    transport,
    after: known?.source.settled(),
  });
  sources.set(id, { settings, source });
  return source;
}

/**
 * For a test of settings that may not be deployed. A refresh token that is not is left alone: its first use may cost it, and
 * what replaced it would be lost with the test.
 */
export function tokensForTest(id: string, settings: OAuthSettings, transport: Transport): AccessTokens {
  const known = sources.get(id);
  if (known && isSameOAuth(known.settings, settings)) return known.source;
  if (settings.grant.kind === 'refresh-token') return { obtain: () => tokenFailure(token('once-deployed')) };
  return new AccessTokenSource(settings, {
    client: sharedClient(),
    clock: systemClock,
    newId: () => randomId('jwt_'),
    rotated: { read: () => Promise.resolve(undefined), write: () => Promise.resolve() },
    transport,
  });
}

/** After an endpoint node is gone; what it had stored stays, should the node come back. */
export function forgetTokens(id: string): void {
  sources.delete(id);
}

/** What a refresh token that was replaced goes back to. */
function originOf({ tokenUrl, grant }: OAuthSettings): readonly string[] {
  return grant.kind === 'refresh-token' ? [tokenUrl, grant.client.id, grant.refreshToken] : [];
}
