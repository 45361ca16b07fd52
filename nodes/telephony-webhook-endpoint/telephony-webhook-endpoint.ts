/** The config node `telephony-webhook-endpoint`: what several webhooks to one receiver share. */
import type { NodeDef } from 'node-red';
import { forgetTokens } from '../runtime/access-tokens';
import { type EndpointNode, parseSecrets } from '../runtime/config-nodes';
import { onClose, type Red, type RedNode } from '../runtime/red';
import { credentialTypes, parseConfig } from './config';
import { authenticationOf, type Credentials } from './credentials';
import { transportOf } from './transport';

export = (red: Red): void => {
  function Endpoint(this: RedNode<Credentials> & { endpoint?: EndpointNode['endpoint'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const credentials = this.credentials ?? {};
    let secrets: Record<string, string> = {};
    try {
      secrets = parseSecrets(credentials.secrets);
    } catch {
      problems.push({ field: 'secrets', message: 'The stored secrets cannot be read: enter them again.' });
    }
    const { transport, problems: ofTransport } = transportOf(red, config);
    const { auth, problems: ofAuthentication } = authenticationOf(red, this.id, config, credentials, transport);
    problems.push(...ofTransport, ...ofAuthentication);
    this.endpoint = { config, problems, secrets, auth, transport };
    for (const problem of problems) this.error(problem.message);
    if (transport.proxy && config.addressPolicy !== 'lan') {
      this.warn(red._('telephony-webhook-endpoint.warnings.proxyHidesAddresses'));
    }
    onClose(this, (removed) => {
      if (removed) forgetTokens(this.id);
    });
  }
  red.nodes.registerType('telephony-webhook-endpoint', Endpoint as never, { credentials: credentialTypes });
};
