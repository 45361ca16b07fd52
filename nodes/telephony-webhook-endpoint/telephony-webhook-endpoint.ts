/** The config node `telephony-webhook-endpoint`: what several webhooks to one receiver share. */
import type { NodeDef } from 'node-red';
import { checkAuth, type EndpointAuth } from '../../src/delivery/authorization';
import type { Transport } from '../../src/http/http-client';
import { compileSigning } from '../../src/signing/endpoint-signing';
import { guardedTransports } from '../runtime/address-trust';
import { type EndpointNode, parseSecrets } from '../runtime/config-nodes';
import { typedOriginOf } from '../runtime/message';
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
    const auth = authOf(config, credentials);
    problems.push(...checkAuth(auth));
    const connection = connectionOf(red, config);
    const signing = compileSigning(config, credentials.signingSecrets);
    if (signing.kind === 'impossible') problems.push(signing.problem);
    this.endpoint = {
      config,
      problems,
      secrets,
      auth,
      signing,
      typedOrigin: typedOriginOf(config.baseUrl),
      transports: guardedTransports(connection, { policy: config.addressPolicy, allow: config.allow }),
    };
    for (const problem of problems) this.error(problem.message);
    if (connection.proxy) this.warn(red._('telephony-webhook-endpoint.warnings.proxy'));
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

function authOf(
  config: WebhookEndpointConfig,
  { username = '', password = '', token = '' }: Credentials,
): EndpointAuth {
  switch (config.auth) {
    case 'none':
      return { kind: 'none' };
    case 'basic':
      return { kind: 'basic', username, password };
    case 'bearer':
      return { kind: 'bearer', token };
    case 'header':
      return { kind: 'header', name: config.headerName, value: token };
  }
}

/** What we use of Node-RED's own `tls-config` and `http proxy` nodes. */
interface TlsNode {
  addTLSOptions(options: Record<string, unknown>): void;
}
interface ProxyNode {
  url?: string;
  noproxy?: string[];
  credentials?: { username?: string; password?: string };
}

function connectionOf(red: Red, config: WebhookEndpointConfig): Omit<Transport, 'guard'> {
  const getNode = (id: string): unknown =>
    id ? (red.nodes as { getNode(id: string): unknown }).getNode(id) : undefined;
  const tlsNode = getNode(config.tls) as TlsNode | undefined;
  const proxyNode = getNode(config.proxy) as ProxyNode | undefined;
  const tls: Record<string, unknown> = {};
  tlsNode?.addTLSOptions?.(tls);
  const transport: { -readonly [K in keyof Transport]: Transport[K] } = {
    connections: config.concurrency,
  };
  if (tlsNode) transport.tls = tls as NonNullable<Transport['tls']>;
  if (proxyNode?.url) {
    const { username, password } = proxyNode.credentials ?? {};
    transport.proxy = {
      url: proxyNode.url,
      noProxy: proxyNode.noproxy ?? [],
      ...(username
        ? { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
        : {}),
    };
  }
  return transport;
}
