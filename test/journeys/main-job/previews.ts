/** What a panel shows of a template that is still being edited, and the one request that its Test button sends. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../../src/json';
import { ended } from './answers';
import type { Workbench } from './workbench';

const SECRET = 'geheim-preview';

export function checkPreviews(bench: Workbench): void {
  const config = (more: JsonObject = {}): JsonObject => ({
    url: `${bench.receiver.url}/out/preview?k=%api_key%`,
    names: 'kompaas',
    available: ['eventType', 'billsec'],
    user: [{ key: 'Key', type: 'text', value: '%api_key%' }],
    secretNames: ['api_key'],
    ...more,
  });
  const preview = async (asked: JsonObject): Promise<JsonObject> => {
    const answer = await bench.admin('preview', asked);
    assert.equal(answer.status, 200, answer.text);
    assert.ok(isJsonObject(answer.body));
    return answer.body;
  };

  before(async () => {
    await bench.deploy({
      previewed: { template: { ...config(), credentials: { secrets: JSON.stringify({ api_key: SECRET }) } } },
    });
  });

  it('shows the whole request for a sample of the event, with secrets by name', async () => {
    const { request, error, problems, eventType } = await preview({
      config: config(),
      eventType: 'call.ended',
      node: 'template-previewed',
    });
    assert.deepEqual([error, problems, eventType], [null, [], 'call.ended']);
    assert.ok(isJsonObject(request) && isJsonObject(request['headers']));
    assert.deepEqual([request['method'], request['url']], ['POST', `${bench.receiver.url}/out/preview?k=%api_key%`]);
    const { eventType: name, billsec, Key } = JSON.parse(String(request['body'])) as JsonObject;
    assert.deepEqual([name, typeof billsec, Key], ['VpbxInboundCallEnd', 'number', '%api_key%']);
  });

  it('shows the last real event, or one that it is given', async () => {
    await bench.pushJson('previewed', { ...ended('real-1'), billsec: 4711 });
    await bench.heard('previewed', 1);
    const asked = { config: config({ names: 'canonical', available: ['callId'], user: [] }), eventType: 'call.ended' };
    const bodyOf = ({ request }: JsonObject): unknown =>
      isJsonObject(request) ? JSON.parse(String(request['body'])) : request;
    assert.deepEqual(bodyOf(await preview({ ...asked, real: true })), { callId: 'real-1' });
    const event = { id: 'e', type: 'call.ended', time: '2026-11-21T05:14:15Z', parameters: { callId: 'given' } };
    assert.deepEqual(bodyOf(await preview({ ...asked, event })), { callId: 'given' });
  });

  it('offers the last real events, the newest first, and shows any of them', async () => {
    for (const id of ['real-2', 'real-3']) await bench.pushJson('previewed', ended(id));
    await bench.heard('previewed', 3);
    const { events } = await bench.red.get<{ events: readonly Record<'id' | 'type' | 'time', string>[] }>(
      '/telephony-webhooks/recent-events',
    );
    assert.ok(events.length <= 30 && events.every(({ type, time }) => type.includes('.') && time.endsWith('Z')));
    const asked = { config: config({ names: 'canonical', available: ['callId'], user: [] }) };
    const callIds: unknown[] = [];
    for (const { id, type } of events) {
      if (type !== 'call.ended' || callIds.length === 3) continue;
      const { request } = await preview({ ...asked, eventId: id });
      assert.ok(isJsonObject(request));
      callIds.push((JSON.parse(String(request['body'])) as JsonObject)['callId']);
    }
    assert.deepEqual(callIds, ['real-3', 'real-2', 'real-1']);
    const gone = await bench.admin('preview', { ...asked, eventId: 'evt_gone' });
    assert.deepEqual([gone.status, (gone.body as JsonObject)['field']], [400, 'eventId']);
  });

  it('shows how times come out, as long as zone and format are right', async () => {
    const time = async (more: JsonObject): Promise<unknown> =>
      (await preview({ config: config(more), eventType: 'call.ended' }))['time'];
    assert.equal(await time({ timeZone: 'Asia/Kolkata', dateFormat: 'DD.MM.YYYY HH:mm' }), '02.03.2026 14:47');
    assert.equal(await time({ timeZone: 'Mars/Olympus' }), null);
    assert.equal(await time({ dateFormat: 'Uhr' }), null);
  });

  it('says what is wrong, and in which field', async () => {
    const wrong = config({ user: [{ key: 'a', type: 'text', value: '{{#if}}' }] });
    const { request, error } = await preview({ config: wrong, eventType: 'call.ended' });
    assert.equal(request, null);
    assert.ok(isJsonObject(error));
    assert.match(String(error['field']), /^user\[0\]/);
    const unknown = await bench.admin('preview', { config: config(), eventType: 'no.such' });
    assert.deepEqual([unknown.status, (unknown.body as JsonObject)['field']], [400, 'eventType']);
  });

  it('has a sample for every event of the catalogue, in every vocabulary', async () => {
    for (const names of ['canonical', 'kompaas', 'smartflo', 'obd', 'ringostat']) {
      const { names: known } = await bench.red.get<{ names: { name: string }[] }>(
        `/telephony-webhooks/vocabulary/${names}`,
      );
      const available = known.map(({ name }) => name);
      for (const eventType of ['call.received', 'call.missed', 'call.ended', 'campaign.call.result', 'event.unknown']) {
        const { request, error } = await preview({ config: config({ names, available }), eventType });
        assert.deepEqual([names, eventType, error], [names, eventType, null]);
        const body = JSON.parse(String((request as JsonObject)['body'])) as JsonObject;
        assert.deepEqual(Object.keys(body), [...new Set([...available, 'Key'])]);
      }
    }
  });

  it('sends one request, marked as a test, and shows what came back without the secret', async () => {
    bench.receiver.answer({ status: 201, headers: { 'x-made': 'yes' }, body: 'thanks' });
    const answer = await bench.admin('test', { config: config(), eventType: 'call.ended', node: 'template-previewed' });
    bench.receiver.answer({});
    assert.equal(answer.status, 200, answer.text);
    assert.ok(isJsonObject(answer.body));
    const { outcome, response } = answer.body;
    assert.deepEqual(outcome, { ok: true });
    assert.ok(isJsonObject(response));
    assert.deepEqual([response['statusCode'], response['body']], [201, 'thanks']);
    assert.ok(!answer.text.includes(SECRET));
    const tests = (await bench.received('preview', 1)).filter(({ headers }) => headers['webhook-test'] === 'true');
    assert.equal(tests.length, 1);
    assert.equal(tests[0]?.url, `/out/preview?k=${SECRET}`);
    assert.equal((JSON.parse(tests[0]?.text ?? '') as JsonObject)['Key'], SECRET);
  });

  it('says how a test failed, and sends nothing to where the secret was not meant for', async () => {
    bench.receiver.answer({ status: 500, body: 'down' });
    const failed = await bench.admin('test', {
      config: config({ user: [], url: `${bench.receiver.url}/out/down`, secretNames: [] }),
      node: 'template-previewed',
    });
    bench.receiver.answer({});
    const { outcome } = failed.body as JsonObject;
    assert.ok(isJsonObject(outcome));
    assert.deepEqual([outcome['ok'], outcome['class']], [false, 'status']);
    const elsewhere = `${bench.receiver.url.replace('127.0.0.1', 'localhost')}/out/stolen?k=%api_key%`;
    const refused = await bench.admin('test', { config: config({ url: elsewhere }), node: 'template-previewed' });
    assert.equal(refused.status, 400, refused.text);
    assert.match(refused.text, /%api_key%.*counts once it is deployed/);
    assert.ok(!bench.receiver.requests.some(({ url }) => url.includes('/stolen')));
  });

  it('sends no test to an address in the own network that nobody has deployed', async () => {
    const url = `${bench.receiver.url.replace('127.0.0.1', 'localhost')}/out/undeployed`;
    const answer = await bench.admin('test', {
      config: config({ user: [], url, secretNames: [] }),
      node: 'template-previewed',
    });
    assert.ok(isJsonObject(answer.body) && isJsonObject(answer.body['outcome']), answer.text);
    assert.equal(answer.body['outcome']['class'], 'address-blocked');
    assert.match(String(answer.body['outcome']['message']), /localhost.*counts once it is deployed\.$/);
    assert.ok(!bench.receiver.requests.some((request) => request.url.includes('/undeployed')));
  });

  it('sends the test as the webhook out behind the template would, not as one that comes after it', async () => {
    const at = (path: string): string => `${bench.receiver.url}/out/${path}`;
    const out = { z: 'tab', type: 'telephony-webhook-out' };
    await bench.deploy({}, [
      { id: 'made', z: 'tab', type: 'telephony-webhook-template', url: at('unused'), wires: [['leave']] },
      { id: 'leave', z: 'tab', type: 'link out', mode: 'link', links: ['enter'], wires: [] },
      { id: 'enter', z: 'tab', type: 'link in', links: ['leave'], wires: [['first']] },
      { ...out, id: 'first', method: 'PUT', url: at('first'), success: '202', wires: [['second'], []] },
      { ...out, id: 'second', url: at('second'), endpoint: 'other', wires: [[], []] },
      { id: 'other', type: 'telephony-webhook-endpoint', baseUrl: at('other') },
    ]);
    const { body, text } = await bench.admin('test', { config: config({ url: at('unused'), user: [] }), node: 'made' });
    assert.ok(isJsonObject(body) && isJsonObject(body['request']) && isJsonObject(body['outcome']), text);
    assert.deepEqual([body['request']['method'], body['request']['url']], ['PUT', at('first')]);
    assert.match(String(body['outcome']['message']), /status 200.*success rule \(202\)/);
    assert.equal((await bench.only('first')).method, 'PUT');
    for (const other of ['unused', 'second', 'other']) {
      assert.ok(!bench.receiver.requests.some(({ url }) => url.includes(`/out/${other}`)), other);
    }
  });
}
