/** From a stored request to one that can be sent now: with the address, the credentials and the secrets of this moment. */
import { authorize, tokensOf } from '../../src/delivery/authorization';
import type { DeliveryError, StoredRequest } from '../../src/delivery/delivery';
import type { Prepared, Sendable } from '../../src/delivery/dispatcher';
import { AddressGuard } from '../../src/http/address-guard';
import type { Transport } from '../../src/http/http-client';
import { isJsonObject } from '../../src/json';
import { fillSecrets } from '../../src/template/secret-placeholder';
import { findEndpoint, findTemplate } from './config-nodes';
import type { Red } from './red';
import type { OpenStore } from './stores';

/** What holds where no endpoint says otherwise. */
const WITHOUT_ENDPOINT: Transport = { guard: new AddressGuard({ policy: 'lan', hostTyped: true }) };

export interface OutgoingContext {
  /** Empty: none. */
  readonly endpointId: string;
  /** The URL that the `webhook out` sets itself. Empty: none. */
  readonly typedUrl: string;
  readonly timeoutMs: number;
  readonly box: OpenStore['box'];
}

export function prepareRequest(red: Red, delivery: Sendable, context: OutgoingContext): Prepared {
  const { request } = delivery;
  if (!request) return unsendable('request', 'There is no request to send: the template could not be rendered.');
  const endpoint = findEndpoint(red, context.endpointId)?.endpoint;
  if (context.endpointId && !endpoint) {
    return unsendable('request', 'The endpoint of this webhook does not exist any more, or is disabled.');
  }
  const mark = isJsonObject(delivery.message['webhook']) ? delivery.message['webhook'] : {};
  const template = findTemplate(red, String(mark['template'] ?? ''))?.template;
  const baseUrl = endpoint?.config.baseUrl ?? '';
  const { origin } = new URL(request.url);
  const ofEndpoint = endpoint !== undefined && origin === originOf(baseUrl);
  const trusted = ofEndpoint || origin === template?.typedOrigin || origin === originOf(context.typedUrl);
  // An endpoint without a base URL lends its secrets to the address that the flow's author typed beside it.
  const lends = ofEndpoint || (!baseUrl && trusted);
  const secrets = trusted ? { ...(lends ? endpoint?.secrets : {}), ...template?.secrets } : {};

  const filled = fillRequest(request, String(mark['nonce'] ?? ''), secrets);
  if (!filled.ok) {
    const reason = trusted
      ? filled.message
      : `The secret %${filled.name}% is not sent to ${origin}: this address was not typed in the template or the endpoint.`;
    return unsendable('secret', reason);
  }
  const headers: Record<string, string | readonly string[]> = { ...filled.headers };
  if (request.sealed) Object.assign(headers, context.box.open(request.sealed));
  const authorized = endpoint && lends ? authorize(headers, endpoint.auth) : headers;
  const withId: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(authorized)) if (name.toLowerCase() !== 'webhook-id') withId[name] = value;
  withId['webhook-id'] = delivery.id;
  return {
    kind: 'ready',
    request: {
      method: request.method,
      url: filled.url,
      headers: withId,
      body: request.body?.encoding === 'base64' ? Buffer.from(request.body.text, 'base64') : filled.body,
      timeoutMs: context.timeoutMs,
      transport: endpoint?.transport ?? WITHOUT_ENDPOINT,
      ...(endpoint && lends ? tokensOf(endpoint.auth) : undefined),
    },
  };
}

type Filled =
  | { ok: true; url: string; headers: Record<string, string | readonly string[]>; body: string | null }
  | { ok: false; name: string; message: string };

function fillRequest(request: StoredRequest, nonce: string, secrets: Readonly<Record<string, string>>): Filled {
  const body = request.body?.encoding === 'utf8' ? request.body.text : null;
  // No placeholder without its nonce: the usual request is sent as it is.
  if (!nonce) return { ok: true, url: request.url, headers: { ...request.headers }, body };
  let failed: { ok: false; name: string; message: string } | undefined;
  const fill = (text: string): string => {
    if (!text.includes(nonce)) return text;
    const filled = fillSecrets(text, { nonce, secrets });
    if (filled.ok) return filled.text;
    failed ??= filled;
    return '';
  };
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = typeof value === 'string' ? fill(value) : value.map(fill);
  }
  const result = { ok: true as const, url: fill(request.url), headers, body: body === null ? null : fill(body) };
  return failed ?? result;
}

function unsendable(kind: DeliveryError['class'], message: string): Prepared {
  return { kind: 'unsendable', error: { class: kind, message, statusCode: null } };
}

function originOf(url: string): string | undefined {
  try {
    return url ? new URL(url).origin : undefined;
  } catch {
    return undefined;
  }
}
