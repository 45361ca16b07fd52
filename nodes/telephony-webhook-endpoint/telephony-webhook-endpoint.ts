/** The config node `telephony-webhook-endpoint`: what several webhooks to one receiver share. */
import type { NodeDef } from 'node-red';
import { delivering } from '../../src/sentences/delivering';
import { compileSigning } from '../../src/signing/endpoint-signing';
import { forgetTokens, tokensOf } from '../runtime/access-tokens';
import { type EndpointNode, parseSecrets } from '../runtime/config-nodes';
import { authenticationOf, type Credentials } from '../runtime/endpoint-authentication';
import { connectionOf } from '../runtime/endpoint-connection';
import { watchForGoneEndpoints } from '../runtime/gone-endpoints';
import { typedOriginOf } from '../runtime/message';
import { sayProxy } from '../runtime/network';
import { onClose, type Red, type RedNode } from '../runtime/red';
import { credentialTypes, parseConfig } from './config';

export = (red: Red): void => {
  function Endpoint(this: RedNode<Credentials> & { endpoint?: EndpointNode['endpoint'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const credentials = this.credentials ?? {};
    let secrets: Record<string, string> = {};
    try {
      secrets = parseSecrets(credentials.secrets);
    } catch {
      problems.push({ field: 'secrets', ...delivering('secrets-stored') });
    }
    const { transports, hasProxy, problems: ofConnection } = connectionOf(red, config);
    // Access tokens outlive a redeploy.
    const { auth, problems: ofAuth } = authenticationOf(config, credentials, transports.typed, (settings, transport) =>
      tokensOf(red, this.id, settings, transport),
    );
    const signing = compileSigning(config, credentials.signingSecrets);
    problems.push(...ofConnection, ...ofAuth);
    if (signing.kind === 'impossible') problems.push(signing.problem);
    this.endpoint = {
      config,
      problems,
      secrets,
      auth,
      signing,
      typedOrigin: typedOriginOf(config.baseUrl),
      transports,
    };
    for (const problem of problems) this.error(problem.message);
    if (!config.proxy) sayProxy(red);
    else if (hasProxy) this.warn(red._('telephony-webhook-endpoint.warnings.proxy'));
    onClose(this, (removed) => {
      if (removed) forgetTokens(this.id);
    });
  }
  watchForGoneEndpoints(red);
  red.nodes.registerType('telephony-webhook-endpoint', Endpoint as never, { credentials: credentialTypes });
};
