/** The config node `telephony-webhook-endpoint`: what several webhooks to one receiver share. */
import type { NodeDef } from 'node-red';
import { delivering } from '../../src/sentences/delivering';
import { compileSigning } from '../../src/signing/endpoint-signing';
import { type EndpointNode, parseSecrets } from '../runtime/config-nodes';
import { forgetTokens, tokensOf } from '../runtime/endpoints/access-tokens';
import { authenticationOf, type Credentials } from '../runtime/endpoints/endpoint-authentication';
import { type Connection, connectionOf } from '../runtime/endpoints/endpoint-connection';
import { watchForGoneEndpoints } from '../runtime/endpoints/gone-endpoints';
import { sayProxy } from '../runtime/endpoints/network';
import { onFlows } from '../runtime/flow-moments';
import { typedOriginOf } from '../runtime/message';
import { onClose, type Red, type RedNode } from '../runtime/red';
import { credentialTypes, parseConfig } from './config';

export = (red: Red): void => {
  function Endpoint(this: RedNode<Credentials> & { endpoint?: EndpointNode['endpoint'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems: ofConfig } = parseConfig(saved);
    const credentials = this.credentials ?? {};
    let secrets: Record<string, string> = {};
    try {
      secrets = parseSecrets(credentials.secrets);
    } catch {
      ofConfig.push({ field: 'secrets', ...delivering('secrets-stored') });
    }
    const signing = compileSigning(config, credentials.signingSecrets);
    const ofSigning = signing.kind === 'impossible' ? [signing.problem] : [];
    const connect = (): Connection => {
      const connection = connectionOf(red, config);
      const { transports, hasProxy } = connection;
      // Access tokens outlive a redeploy.
      const { auth, problems: ofAuth } = authenticationOf(
        config,
        credentials,
        transports.typed,
        (settings, transport) => tokensOf(red, this.id, settings, transport),
      );
      const problems = [...ofConfig, ...connection.problems, ...ofAuth, ...ofSigning];
      for (const problem of problems) this.error(problem.message);
      if (hasProxy) this.warn(red._('telephony-webhook-endpoint.warnings.proxy'));
      this.endpoint = {
        config,
        problems,
        secrets,
        auth,
        signing,
        typedOrigin: typedOriginOf(config.baseUrl),
        transports,
      };
      return connection;
    };
    let { isMissing } = connect();
    // Node-RED does not restart it where a node that it names is added.
    const stopListening = onFlows(red, {
      started: () => {
        if (isMissing && !connectionOf(red, config).isMissing) ({ isMissing } = connect());
      },
    });
    if (!config.proxy) sayProxy(red);
    onClose(this, (removed) => {
      stopListening();
      if (removed) forgetTokens(this.id);
    });
  }
  watchForGoneEndpoints(red);
  red.nodes.registerType('telephony-webhook-endpoint', Endpoint as never, { credentials: credentialTypes });
};
