/** Whatever is asked of the admin API: an answer, or an error with a code, a field and words; never an error of ours. */
import assert from 'node:assert/strict';
import { eventTypes } from '../../src/event/catalogue';
import { sampleEvent } from '../../src/event/samples';
import { inEnglish } from '../support/in-english';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';
import { assertClear, excerpt, fuzz, quicklyDone } from './fuzzer';
import type { Hostile } from './hostile';

const FILTER = {
  ...{ state: 'failed,waiting', webhook: 'CRM', type: 'call.ended', q: '+1 202 555', limit: '10', cursor: '5.3' },
  ...{ from: '2026-01-01T00:00:00Z', to: '2027-01-01', store: '', dryRun: 'true', render: 'false', format: 'csv' },
};
const CONFIG = {
  method: 'POST',
  url: '/hook',
  available: ['callId'],
  user: [{ key: 'a', type: 'text', value: '{{callerName}}' }],
};

describe('the admin API', () => {
  let receiver: Receiver;
  let nodeRed: NodeRedProcess;
  let ids: readonly string[] = [];

  before(async () => {
    receiver = await startReceiver(({ text }) => ({ status: text === 'bad' ? 500 : 200 }));
    const inject = { type: 'inject', z: 'tab', x: 100, y: 100, props: [{ p: 'payload' }], wires: [['out']] };
    const out = {
      type: 'telephony-webhook-out',
      z: 'tab',
      x: 300,
      y: 100,
      name: 'CRM',
      url: receiver.url,
      retryIfError: false,
    };
    nodeRed = await startNodeRed({
      version: '5',
      flows: [
        { id: 'tab', type: 'tab' },
        ...['one', 'bad'].map((payload) => ({ ...inject, id: `send-${payload}`, payload, payloadType: 'str' })),
        { ...out, id: 'out', wires: [[], []] },
        { id: 'template', z: 'tab', x: 200, y: 200, type: 'telephony-webhook-template', ...CONFIG, wires: [['out']] },
      ],
    });
    for (const id of ['one', 'bad']) await nodeRed.inject(`send-${id}`);
    await receiver.waitFor(2);
    ids = (await nodeRed.get<{ deliveries: { id: string }[] }>('telephony-webhooks/deliveries')).deliveries.map(
      ({ id }) => id,
    );
    assert.equal(ids.length, 2);
  });

  after(async () => {
    await nodeRed.stop();
    await receiver.close();
  });

  async function check(method: 'GET' | 'POST', path: string, body?: unknown): Promise<void> {
    const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const what = [method, path, body];
    const { status, text } = await quicklyDone(nodeRed.pid, what, async () => {
      const answer = await nodeRed.api(`telephony-webhooks/${path}`, { method, ...(body !== undefined && json) });
      return { status: answer.status, text: await answer.text() };
    });
    assert([200, 400, 404, 409, 413].includes(status), `${status} ${text.slice(0, 300)} for ${excerpt(what)}`);
    if (status === 200) return;
    assert.match(text, /^\{/, `${status} for ${excerpt(what)}`);
    const { code, field, message } = JSON.parse(text) as Record<string, unknown>;
    assert(typeof code === 'string' && (field === null || typeof field === 'string'), text);
    assertClear(message);
  }

  const segment = (hostile: Hostile): string =>
    encodeURIComponent(hostile.chance(0.3) ? hostile.pick(ids) : `x${wellFormed(hostile.text(500))}`);

  fuzz('answers any query of the log', 300, async (hostile) => {
    const asked = hostile.mutated(hostile.chance(0.5) ? FILTER : { state: 'failed', q: 'x' });
    const query = new URLSearchParams(pairsOf(asked)).toString().slice(0, 8000);
    const path = hostile.pick([
      'deliveries',
      'summary',
      'outline',
      'histogram',
      'story',
      'export',
      'triggers',
      'recent-events',
      'told-parameters',
      `deliveries/${segment(hostile)}`,
      `vocabulary/${segment(hostile)}`,
    ]);
    await check('GET', `${path}?${query}`);
  });

  fuzz('answers any order', 300, async (hostile) => {
    const body = hostile.mutated(
      hostile.pick([FILTER, { filter: FILTER, dryRun: true }, { number: '+12025550142' }, { number: 5 }]),
    );
    const path = hostile.pick([
      ...['deliveries/resend', 'deliveries/discard', 'forget', `deliveries/${segment(hostile)}/resend`],
      ...[`endpoints/${segment(hostile)}/pause`, `endpoints/${segment(hostile)}/resume`],
    ]);
    // What the log holds stays there, for the rounds that come.
    const isSafe = path.startsWith('deliveries/') && !path.endsWith('/resend');
    await check('POST', path, isSafe || path === 'deliveries/resend' ? { ...(body as object), dryRun: true } : body);
  });

  fuzz('previews any template with any event', 400, async (hostile) => {
    const event = sampleEvent(hostile.pick(eventTypes).type);
    const asked = { config: CONFIG, event, eventType: 'call.missed', node: 'template', endpoint: '', real: true };
    await check('POST', 'preview', hostile.mutated(asked));
  });

  fuzz('sends a test of any template', 100, async (hostile) => {
    const config = hostile.mutated(CONFIG);
    const body = {
      config: { ...(config as object), url: receiver.url },
      eventType: hostile.chance(0.8) ? 'call.ended' : hostile.text(),
    };
    await check(
      'POST',
      'test',
      hostile.chance(0.5) ? body : { ...body, event: hostile.mutated(sampleEvent('call.ended')) },
    );
  });

  const odd = { toString: null };
  let rows: unknown = [];
  for (let depth = 0; depth < 1000; depth++) rows = [{ key: 'a', type: 'object', value: rows }];

  for (const [method, path, body, code, field] of [
    ['POST', 'deliveries/resend', { state: [odd] }, 'filter', 'state'],
    ['POST', 'deliveries/resend', { from: odd }, 'filter', 'from'],
    ['POST', 'forget', { number: odd }, 'forget', 'number'],
    ['GET', 'deliveries?limit[]=1&limit[]=2', undefined, 'filter', 'limit'],
    ['GET', 'deliveries?from[a]=b', undefined, 'filter', 'from'],
    ['GET', 'deliveries/%E0%A4%A', undefined, 'bad-request', null],
  ] as const) {
    it(`answers ${method} ${path} ${JSON.stringify(body) ?? ''} with ${code}`, async () => {
      const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await nodeRed.api(`telephony-webhooks/${path}`, { method, ...(body !== undefined && json) });
      assert.equal(answer.status, 400);
      const { message, ...rest } = inEnglish((await answer.json()) as Record<string, unknown>);
      assert.deepEqual(rest, { code, field });
      assertClear(message);
    });
  }

  const JSON_TYPE = 'application/json';
  for (const [what, type, body, status, code] of [
    ['JSON that ends too early', JSON_TYPE, '{"number":', 400, 'bad-json'],
    ['JSON that is no object', JSON_TYPE, '5', 400, 'bad-json'],
    ['a body that is too large', JSON_TYPE, JSON.stringify({ number: 'x'.repeat(6_000_000) }), 413, 'too-large'],
    ['a body of an unknown charset', `${JSON_TYPE}; charset=klingon`, '{}', 415, 'bad-request'],
  ] as const) {
    it(`answers ${what} as it answers everything`, async () => {
      const init = { method: 'POST', headers: { 'Content-Type': type }, body };
      const answer = await nodeRed.api('telephony-webhooks/forget', init);
      const { message, ...rest } = inEnglish((await answer.json()) as Record<string, unknown>);
      assert.deepEqual([answer.status, rest], [status, { code, field: null }]);
      assertClear(message);
    });
  }

  it('previews a template of rows in rows in rows as the mistake that it is', async () => {
    const body = JSON.stringify({ config: { ...CONFIG, user: rows }, eventType: 'call.ended' });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await nodeRed.api('telephony-webhooks/preview', { method: 'POST', headers, body });
    const { error } = (await answer.json()) as { error: { field: string } };
    assert.equal(error.field, 'user');
  });

  it('is there as before when all that is over', async () => {
    await nodeRed.get('telephony-webhooks/summary');
  });
});

/** Names and texts of a query, lists and objects in the way of PHP, which Node-RED reads. */
function pairsOf(asked: unknown): [string, string][] {
  return Object.entries(Object(asked)).flatMap(([key, value]): [string, string][] => {
    if (typeof value !== 'object' || value === null) return [[wellFormed(key), wellFormed(String(value))]];
    return Object.entries(value).map(([inner, text]) => [wellFormed(`${key}[${inner}]`), wellFormed(excerpt(text))]);
  });
}

/** A URL cannot hold half a surrogate pair. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
