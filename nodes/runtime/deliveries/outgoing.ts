/**
 * From a message to the request that is stored, and from that to one that can be sent now: with the address, the credentials and
 * the secrets of this moment.
 */
import { authorize, secretsOf, tokensOf } from '../../../src/delivery/authorization';
import type { Delivery, DeliveryError, StoredRequest } from '../../../src/delivery/delivery';
import type { Prepared, Sendable } from '../../../src/delivery/webhook';
import { UserError } from '../../../src/errors';
import { originOf } from '../../../src/http/origin';
import { withHeaders } from '../../../src/http/own-headers';
import { isJsonObject } from '../../../src/json';
import { secretsOfHeader } from '../../../src/secret-echo';
import { type Sentence, sentenceOf } from '../../../src/sentence';
import { delivering } from '../../../src/sentences/delivering';
import { type EndpointSigning, signatureHeaders } from '../../../src/signing/endpoint-signing';
import { rebaseUrl } from '../../../src/template/request-url';
import { fillSecrets, nonceOf } from '../../../src/template/secret-placeholder';
import type { WebhookOutConfig } from '../../telephony-webhook-out/config';
import { findEndpoint, findTemplate, findWebhookOut } from '../config-nodes';
import { trustOf } from '../endpoints/address-trust';
import { type MessageRequest, requestOf } from '../message';
import type { Message, Red } from '../red';
import type { OpenStore } from '../stores/stores';
import { unseal } from './delivery-message';

/**
 * The request that a `webhook out` makes of a message. Throws a UserError that names the field, also for an endpoint that cannot
 * work as it is set.
 */
export function makeRequest(
  red: Red,
  message: Message,
  { method, url, endpoint: endpointId }: Pick<WebhookOutConfig, 'method' | 'url' | 'endpoint'>,
): MessageRequest {
  const endpoint = findEndpoint(red, endpointId)?.endpoint;
  const [problem] = endpoint?.problems ?? [];
  if (problem) {
    const why = delivering('of-endpoint', { reason: sentenceOf(problem) });
    throw new UserError('endpoint', why, { field: 'endpoint' });
  }
  const baseUrl = endpoint?.config.baseUrl ?? '';
  return requestOf(message, { method, url: url || movedUrl(red, message, endpointId, baseUrl), baseUrl });
}

/** One template may lead to several endpoints: a path that it joined to the base URL of another is moved to this one's. */
function movedUrl(red: Red, { webhook, url }: Message, endpointId: string, baseUrl: string): string {
  const madeFor = isJsonObject(webhook) ? String(webhook['endpoint'] ?? '') : '';
  const base = madeFor === endpointId ? '' : (findEndpoint(red, madeFor)?.endpoint.config.baseUrl ?? '');
  if (base === '' || baseUrl === '' || typeof url !== 'string' || !URL.canParse(url)) return '';
  return rebaseUrl(new URL(url).href, base, baseUrl) ?? '';
}

/** The lane of what is sent to this URL: its endpoint, if it has one, or its origin. */
export function laneOf(red: Red, endpointId: string, url: string): string {
  return findEndpoint(red, endpointId) ? endpointId : originOf(url);
}

/** The lane of what is stored, by the nodes of now: its webhook may have got another endpoint since. */
export function laneNow(red: Red, { nodeId, lane, request }: Pick<Delivery, 'nodeId' | 'lane' | 'request'>): string {
  const sender = findWebhookOut(red, nodeId)?.webhookOut;
  return sender && request ? laneOf(red, sender.config.endpoint, request.url) : lane;
}

export interface OutgoingContext {
  /** Empty: none. */
  readonly endpointId: string;
  /** Of the URL that the `webhook out` sets itself. Undefined: it sets none, or a path. */
  readonly ownOrigin: string | undefined;
  readonly timeoutMs: number;
  readonly nowMs: number;
  readonly box: OpenStore['box'];
}

export function prepareRequest(
  red: Red,
  delivery: Pick<Sendable, 'id' | 'request' | 'message'>,
  context: OutgoingContext,
): Prepared {
  if (!delivery.request) {
    return unsendable('request', delivering('no-request'));
  }
  const endpoint = findEndpoint(red, context.endpointId)?.endpoint;
  if (context.endpointId && !endpoint) {
    return unsendable('request', delivering('no-endpoint'));
  }
  const mark = isJsonObject(delivery.message['webhook']) ? delivery.message['webhook'] : {};
  const template = findTemplate(red, String(mark['template'] ?? ''))?.template;
  const request = atBase(delivery.request, endpoint?.config.baseUrl ?? '');
  const { origin, typed, lends, transport } = trustOf(request.url, {
    endpoint,
    template,
    ownOrigin: context.ownOrigin,
  });
  const secrets = typed ? { ...(lends ? endpoint?.secrets : {}), ...template?.secrets } : {};

  const nonce = nonceOf(delivery.message);
  const filled = fillRequest(request, nonce, secrets);
  if (!filled.ok) {
    return unsendable('secret', typed ? filled : delivering('secret-elsewhere', { name: filled.name, origin }));
  }
  const sealed = unseal(request.sealed, context.box);
  if (sealed.problem !== null) return unsendable('secret', sealed.problem);
  const headers: Record<string, string | readonly string[]> = { ...filled.headers, ...sealed.secrets };
  const authorized = endpoint && lends ? authorize(headers, endpoint.auth) : headers;
  const signing: EndpointSigning = endpoint && lends ? endpoint.signing : { kind: 'none' };
  if (signing.kind === 'impossible') return unsendable('secret', signing.problem);
  const body = request.body?.encoding === 'base64' ? Buffer.from(request.body.text, 'base64') : filled.body;
  const { method } = request;
  const attempt = { id: delivery.id, nowMs: context.nowMs, method, url: filled.url, body: body ?? '' };
  return {
    kind: 'ready',
    request: {
      method,
      url: filled.url,
      headers: withHeaders(authorized, { ...signatureHeaders(signing, attempt), 'webhook-id': delivery.id }),
      body,
      timeoutMs: context.timeoutMs,
      transport,
      ...(endpoint && lends ? tokensOf(endpoint.auth) : undefined),
    },
    secrets: [
      ...(nonce ? Object.values(secrets) : []),
      ...Object.values(sealed.secrets).flat().flatMap(secretsOfHeader),
      ...(endpoint && lends ? secretsOf(endpoint.auth) : []),
    ],
  };
}

/** The request at the address that its endpoint has now. */
function atBase(request: StoredRequest, baseUrl: string): StoredRequest {
  const { base, url } = request;
  if (base === undefined || baseUrl === '' || base === baseUrl) return request;
  return { ...request, url: rebaseUrl(url, base, baseUrl) ?? url };
}

type Filled =
  | { ok: true; url: string; headers: Record<string, string | readonly string[]>; body: string | null }
  | (Sentence & { ok: false; name: string });

function fillRequest(request: StoredRequest, nonce: string, secrets: Readonly<Record<string, string>>): Filled {
  const body = request.body?.encoding === 'utf8' ? request.body.text : null;
  // No placeholder without its nonce: the usual request is sent as it is.
  if (!nonce) return { ok: true, url: request.url, headers: { ...request.headers }, body };
  let failed: Extract<Filled, { ok: false }> | undefined;
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

function unsendable(kind: DeliveryError['class'], why: Sentence): Prepared {
  return { kind: 'unsendable', error: { class: kind, ...sentenceOf(why), statusCode: null } };
}
