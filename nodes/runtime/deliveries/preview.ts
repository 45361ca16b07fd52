/** Renders a template that is still being edited, and sends one request of it as a test. */
import { randomId, systemClock } from '../../../src/clock';
import { type FailedOutcome, judge } from '../../../src/delivery/outcome';
import { parseSuccessRule } from '../../../src/delivery/success-rule';
import { type Problem, UserError } from '../../../src/errors';
import { dateFormatProblem } from '../../../src/event/date-format';
import { sampleEvent } from '../../../src/event/samples';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import { formatTime } from '../../../src/event/time';
import { timeZoneProblem } from '../../../src/event/zone-name';
import { withHeaders } from '../../../src/http/own-headers';
import { isJsonObject } from '../../../src/json';
import { redactHeaders } from '../../../src/redact';
import { hideEcho } from '../../../src/secret-echo';
import { type Sentence, sentenceOf } from '../../../src/sentence';
import { inField, template } from '../../../src/sentences/template';
import { showSecrets } from '../../../src/template/secret-placeholder';
import { parseConfig as parseSender, type WebhookOutConfig } from '../../telephony-webhook-out/config';
import { parseConfig, type WebhookTemplateConfig } from '../../telephony-webhook-template/config';
import { findTemplate, findWebhookOut } from '../config-nodes';
import { webhookOutBehind } from '../flow-wires';
import { eventOf, typedOriginOf } from '../message';
import type { Message, Red, RedNode } from '../red';
import { type OpenStore, sharedClient } from '../stores/stores';
import { sealRequest } from './delivery-message';
import { makeRequest, prepareRequest } from './outgoing';
import { TemplateRuntime } from './template-runtime';

export interface Preview {
  /** Null: it could not be rendered; `error` says why. */
  readonly request: { method: string; url: string; headers: Record<string, unknown>; body: string | null } | null;
  readonly error: Problem | null;
  /** What is wrong with the template for any event. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly eventType: string;
  /** The time of the event in the template's date format and zone. Null: one of them is wrong. */
  readonly time: string | null;
}

/** A real event, to choose one by. */
export interface ShownEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly caller: string;
  readonly called: string;
}

/** How many real events there are to choose from. */
const RECENT = 30;

/** Further ones may have come while somebody chose. */
const MOST_RECENT = 1000;

interface Rendered extends Preview {
  readonly message: Message | null;
  /** The `webhook out` that the template is wired to, as it is deployed. */
  readonly sender: WebhookOutConfig;
}

/**
 * `asked`: `config` (the saved properties of the template), `event`, `eventId` (one of recentEvents) or `eventType` (a
 * sample; the last real one with `real: true`), `node` (id of the deployed template, of which the secrets are used),
 * `endpoint` (id of an endpoint node; without it that of the `webhook out` to which the deployed template is wired).
 */
export async function preview(red: Red, asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<Preview> {
  return shown(await render(red, asked, open));
}

/** The newest first. */
export async function recentEvents(open: OpenStore): Promise<{ events: readonly ShownEvent[] }> {
  const events = await open.store.recentEvents({}, RECENT);
  const textOf = ({ parameters }: TelephonyEvent, name: string): string => String(parameters[name] ?? '');
  return {
    events: events.map((event) => ({
      id: event.id,
      type: event.type,
      time: event.time,
      caller: textOf(event, 'callerNumber'),
      called: textOf(event, 'calledNumber'),
    })),
  };
}

/**
 * Renders like `preview`, sends it once to the real address, marked as a test, as the `webhook out` would to which the deployed
 * template is wired, and answers with what came back. `request` is what was sent.
 */
export async function sendTest(red: Red, asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<unknown> {
  const rendered = await render(red, { ...asked, isTest: true }, open);
  if (!rendered.request || !rendered.message) return { ...shown(rendered), outcome: null, response: null };
  const { message, sender } = rendered;
  const request = sealRequest(makeRequest(red, message, sender), message, open.box);
  const prepared = prepareRequest(
    red,
    { id: randomId('test_'), request, message },
    {
      endpointId: sender.endpoint,
      ownOrigin: typedOriginOf(sender.url),
      timeoutMs: sender.timeoutMs,
      nowMs: systemClock.now(),
      box: open.box,
    },
  );
  if (prepared.kind === 'unsendable') {
    const { class: kind } = prepared.error;
    throw new UserError(kind, onceDeployed(prepared.error), kind === 'secret' ? { field: 'secrets' } : {});
  }
  const headers = withHeaders(prepared.request.headers, { 'webhook-test': 'true' });
  const result = hideEcho(await sharedClient().send({ ...prepared.request, headers }), prepared.secrets);
  const judgement = judge(result, parseSuccessRule(sender.success), systemClock.now());
  const { method, url, body } = request;
  return {
    ...shown(rendered),
    request: { ...rendered.request, method, url: showSecrets(url), ...(body === null ? { body } : {}) },
    outcome: judgement.ok ? { ok: true } : { ok: false, class: judgement.class, ...explained(judgement) },
    response:
      result.kind === 'response'
        ? {
            statusCode: result.statusCode,
            headers: redactHeaders(result.headers),
            body: result.body.subarray(0, 16_384).toString('utf8'),
            bodyCut: result.cut || result.body.length > 16_384,
            durationMs: result.durationMs,
          }
        : null,
  };
}

/** Someone who has just typed the address would not understand the guard's reason alone. */
function explained(outcome: FailedOutcome): Sentence {
  return outcome.class === 'address-blocked' ? onceDeployed(outcome) : sentenceOf(outcome);
}

/** The template as it is being edited proves nothing: whoever may test may not be who may deploy. */
function onceDeployed(reason: Sentence): Sentence {
  return template('once-deployed', { reason: sentenceOf(reason) });
}

function shown({ request, error, problems, warnings, eventType, time }: Rendered): Preview {
  return { request, error, problems, warnings, eventType, time };
}

async function render(red: Red, asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<Rendered> {
  const { config, problems } = parseConfig(asked['config']);
  const nodeId = typeof asked['node'] === 'string' ? asked['node'] : '';
  const sender = senderFor(red, nodeId, asked['endpoint']);
  const known = findTemplate(red, nodeId);
  const secrets: Record<string, string> = { ...known?.template.secrets };
  // Names typed in the panel have no value here yet; they are shown as %name%.
  for (const name of config.secretNames) secrets[name] ??= '';
  const event = await eventFor(asked, open);
  const node = (known ?? { id: nodeId || 'preview', type: 'telephony-webhook-template' }) as unknown as RedNode;
  const runtime = new TemplateRuntime(red, node, config, secrets, () => (sender.endpoint ? [sender.endpoint] : []));
  const base = {
    // Of rows that cannot be read the others lose their places: what is said of those would point at the wrong ones.
    problems: problems.length > 0 ? problems : runtime.problems,
    warnings: runtime.warnings,
    eventType: event.type,
    time: timeOf(event, config),
    sender,
  };
  const message = {
    _msgid: 'preview',
    topic: event.type,
    payload: { ...event.parameters },
    event,
  } as unknown as Message;
  try {
    const first = base.problems[0];
    if (first) throw new UserError('template', inField(first), { field: first.field });
    await runtime.render(message);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...base, request: null, error: { field: error.field ?? '', ...error.sentence }, message: null };
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

function timeOf({ time }: TelephonyEvent, { dateFormat, timeZone }: WebhookTemplateConfig): string | null {
  const isSound = dateFormatProblem(dateFormat) === undefined && timeZoneProblem(timeZone) === undefined;
  return isSound ? String(formatTime(time, dateFormat, timeZone)) : null;
}

function senderFor(red: Red, templateId: string, endpoint: unknown): WebhookOutConfig {
  const deployed = webhookOutBehind(red, { id: templateId });
  // The one in a subflow has no node of its own.
  const known = deployed && findWebhookOut(red, deployed.id)?.webhookOut.config;
  const config = known ?? parseSender(deployed).config;
  return typeof endpoint === 'string' ? { ...config, endpoint } : config;
}

async function eventFor(asked: Readonly<Record<string, unknown>>, open: OpenStore): Promise<TelephonyEvent> {
  const given = eventOf({ event: asked['event'] });
  if (given) return given as unknown as TelephonyEvent;
  const event = await chosenEvent(asked, open);
  return asked['isTest'] === true && isJsonObject(event.parameters)
    ? { ...event, parameters: { ...event.parameters, isTest: true } }
    : event;
}

async function chosenEvent(asked: Readonly<Record<string, unknown>>, { store }: OpenStore): Promise<TelephonyEvent> {
  if (asked['eventId']) {
    const found = (await store.recentEvents({}, MOST_RECENT)).find(({ id }) => id === asked['eventId']);
    if (found) return found;
    throw new UserError('preview', template('event-gone'), { field: 'eventId' });
  }
  const type = typeof asked['eventType'] === 'string' && asked['eventType'] ? asked['eventType'] : 'call.ended';
  const real = asked['real'] === true ? (await store.recentEvents({ type }, 1))[0] : undefined;
  const event = real ?? sampleEvent(type);
  if (event) return event;
  throw new UserError('preview', template('no-event-type', { type: type.slice(0, 60) }), { field: 'eventType' });
}
