/** Renders a template that is still being edited, and sends one request of it as a test. */
import { randomId, systemClock } from '../../src/clock';
import { authorize, tokensOf } from '../../src/delivery/authorization';
import { judge } from '../../src/delivery/outcome';
import { parseSuccessRule } from '../../src/delivery/success-rule';
import { type Problem, UserError } from '../../src/errors';
import { sampleEvent } from '../../src/event/samples';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import { withHeaders } from '../../src/http/own-headers';
import { isJsonObject } from '../../src/json';
import { type EndpointSigning, signatureHeaders } from '../../src/signing/endpoint-signing';
import { fillSecrets, showSecrets } from '../../src/template/secret-placeholder';
import { parseConfig } from '../telephony-webhook-template/config';
import { trustOf } from './address-trust';
import { findEndpoint, findTemplate, type TemplateNode } from './config-nodes';
import { endpointBehind } from './flow-wires';
import { absoluteUrl, eventOf } from './message';
import type { Message, Red, RedNode } from './red';
import { type OpenStore, sharedClient } from './stores';
import { TemplateRuntime } from './template-runtime';

export interface Preview {
  /** Null: it could not be rendered; `error` says why. */
  readonly request: { method: string; url: string; headers: Record<string, unknown>; body: string | null } | null;
  readonly error: Problem | null;
  /** What is wrong with the template for any event. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly eventType: string;
}

interface Rendered extends Preview {
  readonly message: Message | null;
  readonly endpointId: string;
  readonly deployed: TemplateNode['template'] | undefined;
}

/**
 * `asked`: `config` (the saved properties of the template), `event` or `eventType` (a sample; the last real one with
 * `real: true`), `node` (id of the deployed template, of which the secrets are used), `endpoint` (id of an endpoint node;
 * without it the one that the deployed template is wired to).
 */
export async function preview(red: Red, asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<Preview> {
  const { request, error, problems, warnings, eventType } = await render(red, asked, open);
  return { request, error, problems, warnings, eventType };
}

/** Renders like `preview`, sends it once to the real address, marked as a test, and answers with what came back. */
export async function sendTest(red: Red, asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<unknown> {
  const rendered = await render(red, { ...asked, isTest: true }, open);
  if (!rendered.request || !rendered.message) return { ...shown(rendered), outcome: null, response: null };
  const endpoint = findEndpoint(red, rendered.endpointId)?.endpoint;
  const [problem] = endpoint?.problems ?? [];
  if (problem) throw new UserError('endpoint', `endpoint: ${problem.message}`, { field: 'endpoint' });
  const nonce = String((rendered.message['webhook'] as { nonce?: string } | undefined)?.nonce ?? '');
  const url = absoluteUrl(String(rendered.message['url']), endpoint?.config.baseUrl ?? '');
  // The template as it is being edited proves nothing: whoever may test may not be who may deploy.
  const { typed, lends, transport } = trustOf(url, { endpoint, template: rendered.deployed, ownOrigin: undefined });
  const secrets = typed ? { ...(lends ? endpoint?.secrets : {}), ...rendered.deployed?.secrets } : {};
  const fill = (text: string): string => {
    const filled = fillSecrets(text, { nonce, secrets });
    if (!filled.ok)
      throw new UserError('secret', `The secret %${filled.name}% has no value for this address yet: deploy first.`, {
        field: 'secrets',
      });
    return filled.text;
  };
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(rendered.message['headers'] as Record<string, string>))
    headers[name] = fill(value);
  const { payload } = rendered.message;
  const signing: EndpointSigning = endpoint && lends ? endpoint.signing : { kind: 'none' };
  if (signing.kind === 'impossible') {
    throw new UserError('signing', signing.problem.message, { field: signing.problem.field });
  }
  const request = {
    id: randomId('test_'),
    method: String(rendered.message['method']),
    url: fill(url),
    body: payload === undefined ? null : Buffer.isBuffer(payload) ? payload : fill(String(payload)),
  };
  const signature = signatureHeaders(signing, { ...request, body: request.body ?? '', nowMs: systemClock.now() });
  const result = await sharedClient().send({
    ...request,
    headers: withHeaders(endpoint && lends ? authorize(headers, endpoint.auth) : headers, {
      ...signature,
      'webhook-id': request.id,
      'webhook-test': 'true',
    }),
    timeoutMs: 15_000,
    transport,
    ...(endpoint && lends ? tokensOf(endpoint.auth) : undefined),
  });
  const judgement = judge(result, parseSuccessRule('2xx'), systemClock.now());
  return {
    ...shown(rendered),
    outcome: judgement.ok
      ? { ok: true }
      : { ok: false, class: judgement.class, message: typed ? judgement.message : untyped(judgement) },
    response:
      result.kind === 'response'
        ? {
            statusCode: result.statusCode,
            headers: result.headers,
            body: result.body.subarray(0, 16_384).toString('utf8'),
            durationMs: result.durationMs,
          }
        : null,
  };
}

/** Someone who has just typed the address would not understand the guard's reason alone. */
function untyped({ class: kind, message }: { readonly class: string; readonly message: string }): string {
  return kind === 'address-blocked' ? `${message} What is typed in the panel counts once it is deployed.` : message;
}

function shown({ request, error, problems, warnings, eventType }: Rendered): Preview {
  return { request, error, problems, warnings, eventType };
}

async function render(red: Red, asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<Rendered> {
  const { config, problems } = parseConfig(asked['config']);
  const nodeId = typeof asked['node'] === 'string' ? asked['node'] : '';
  const endpointId = typeof asked['endpoint'] === 'string' ? asked['endpoint'] : endpointBehind(red, { id: nodeId });
  const known = findTemplate(red, nodeId);
  const secrets: Record<string, string> = { ...known?.template.secrets };
  // Names typed in the panel have no value here yet; they are shown as %name%.
  for (const name of config.secretNames) secrets[name] ??= '';
  const event = await eventFor(asked, open);
  const node = (known ?? { id: nodeId || 'preview', type: 'telephony-webhook-template' }) as unknown as RedNode;
  const runtime = new TemplateRuntime(red, node, config, secrets, () => endpointId);
  const base = {
    problems: [...problems, ...runtime.problems],
    warnings: runtime.warnings,
    eventType: event.type,
    endpointId,
    deployed: known?.template,
  };
  const message = {
    _msgid: 'preview',
    topic: event.type,
    payload: { ...event.parameters },
    event,
  } as unknown as Message;
  try {
    const first = base.problems[0];
    if (first) throw new UserError('template', `${first.field}: ${first.message}`, { field: first.field });
    await runtime.render(message);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...base, request: null, error: { field: error.field ?? '', message: error.message }, message: null };
  }
  const headers = Object.fromEntries(
    Object.entries(message['headers'] as Record<string, string>).map(([name, value]) => [name, showSecrets(value)]),
  );
  const { payload } = message;
  const body =
    payload === undefined ? null : Buffer.isBuffer(payload) ? payload.toString('utf8') : showSecrets(String(payload));
  const request = { method: String(message['method']), url: showSecrets(String(message['url'])), headers, body };
  return { ...base, request, error: null, message };
}

async function eventFor(asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<TelephonyEvent> {
  const given = eventOf({ event: asked['event'] });
  if (given) return given as unknown as TelephonyEvent;
  const type = typeof asked['eventType'] === 'string' && asked['eventType'] ? asked['eventType'] : 'call.ended';
  const real = asked['real'] === true ? (await open.store.recentEvents({ type }, 1))[0] : undefined;
  const event = real ?? sampleEvent(type);
  if (!event)
    throw new UserError('preview', `eventType: "${type.slice(0, 60)}" is no event type.`, { field: 'eventType' });
  return asked['isTest'] === true && isJsonObject(event.parameters)
    ? { ...event, parameters: { ...event.parameters, isTest: true } }
    : event;
}
