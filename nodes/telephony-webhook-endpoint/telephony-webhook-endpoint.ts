/** The config node `telephony-webhook-endpoint`: what several webhooks to one receiver share. */
import type { NodeDef } from 'node-red';
import type { Transport } from '../../src/http/http-client';
import { type EndpointNode, parseSecrets } from '../runtime/config-nodes';
import type { Red, RedNode } from '../runtime/red';
import { parseConfig, type WebhookEndpointConfig } from './config';

interface Credentials {
  username?: string;
  password?: string;
  token?: string;
  secrets?: string;
  signingSecrets?: string;
}

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
    this.endpoint = {
      config,
      problems,
      secrets,
      authorization: {
        username: credentials.username ?? '',
        password: credentials.password ?? '',
        token: credentials.token ?? '',
      },
      transport: transportOf(red, config),
    };
    for (const problem of problems) this.error(problem.message);
  }
  red.nodes.registerType('telephony-webhook-endpoint', Endpoint as never, {
    credentials: {
      username: { type: 'text' },
      password: { type: 'password' },
      token: { type: 'password' },
      secrets: { type: 'password' },
      signingSecrets: { type: 'password' },
    },
  });
};

/** What we use of Node-RED's own `tls-config` and `http proxy` nodes. */
interface TlsNode {
  addTLSOptions(options: Record<string, unknown>): void;
}
interface ProxyNode {
  url?: string;
  noproxy?: string[];
  credentials?: { username?: string; password?: string };
}

function transportOf(red: Red, config: WebhookEndpointConfig): Transport {
  const getNode = (id: string): unknown => (id ? (red.nodes as { getNode(id: string): unknown }).getNode(id) : undefined);
  const tlsNode = getNode(config.tls) as TlsNode | undefined;
  const proxyNode = getNode(config.proxy) as ProxyNode | undefined;
  const tls: Record<string, unknown> = {};
  tlsNode?.addTLSOptions?.(tls);
  const transport: { -readonly [K in keyof Transport]: Transport[K] } = { connections: config.concurrency };
  if (tlsNode) transport.tls = tls as NonNullable<Transport['tls']>;
  if (proxyNode?.url) {
    const { username, password } = proxyNode.credentials ?? {};
    transport.proxy = {
      url: proxyNode.url,
      noProxy: proxyNode.noproxy ?? [],
      ...(username ? { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` } : {}),
    };
  }
  return transport;
}
