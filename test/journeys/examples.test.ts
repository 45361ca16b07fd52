/**
 * Every importable example in a real Node-RED, used as a person would: deployed, its buttons pressed, its source called
 * like a provider calls it. A relay notes what went over the wire; the receivers are the examples' own.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isJsonObject, type JsonObject } from '../../src/json';
import { type DebugFeed, openDebugFeed } from '../support/debug-feed';
import { deployable, readExamples, type SavedNode } from '../support/example-flows';
import { NODE_REDS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Exchange, type Relay, startRelay } from '../support/relay';

/** Values that must be escaped wherever they stand. */
const API_SECRET = 'k3y+/&=%41 ü';
const TOKEN = 'tok-73b1';

const examples = readExamples();

for (const major of NODE_REDS) {
  describe(`The examples on Node-RED ${major}`, () => {
    let red: NodeRedProcess;
    let relay: Relay;
    let debug: DebugFeed;

    before(async () => {
      relay = await startRelay();
      red = await startNodeRed({ major });
      relay.passTo(red.url);
      debug = await openDebugFeed(red.url);
      await red.deploy(
        deployable(examples, relay.url, { phone_call: { api_secret: API_SECRET }, composed: { token: TOKEN } }),
      );
    });

    after(async () => {
      debug?.close();
      await red?.stop();
      await relay?.close();
    });

    it('are deployed without an error or a warning', () => {
      assert.deepEqual(debug.complaints, []);
    });

    describe('KOMPaaS - POST JSON', () => {
      const flow = usedIn('KOMPaaS - POST JSON');
      const documented =
        '{"billsec":"6","timestamp":"1687271174","eventType":"VpbxInboundCallEnd","InternalNumber":"100","Key":"Example"}';

      it('sends the JSON of the KOMPaaS document, byte for byte, when its button is pressed', async () => {
        await flow.press('a call ended');
        const [exchange] = await relay.waitFor('/example/kompaas-json', 1);
        assert.equal(exchange?.request.method, 'POST');
        assert.equal(exchange?.request.text, documented);
        assert.match(String(exchange?.request.headers['content-type']), /^application\/json\b/);
        await flow.hasDelivered('delivered', exchange);
      });

      it('sends it again for what KOMPaaS itself posts, and once only though KOMPaaS repeats itself', async () => {
        const call = { eventType: 'VpbxInboundCallEnd', callId: '104-1687271168.17', billsec: 6, internalNumber: 100 };
        const push = (more: JsonObject) => postJson('/telephony/kompaas-json', { ...call, timestamp: 1687271174, ...more });
        assert.deepEqual(await push({}), { status: 200, body: { accepted: 1, repeated: 0 } });
        assert.deepEqual(await push({}), { status: 200, body: { accepted: 1, repeated: 1 } });
        await push({ callId: '104-1687271169.18' });
        const exchanges = await relay.waitFor('/example/kompaas-json', 3);
        assert.deepEqual(exchanges.map(({ request }) => request.text), [documented, documented, documented]);
      });
    });

    describe('KOMPaaS - POST text', () => {
      const flow = usedIn('KOMPaaS - POST text');

      it('sends its lines with the fixed account, and the call id in a header', async () => {
        await flow.press('a call comes in');
        const [pushed] = await relay.waitFor('/telephony/kompaas-text', 1);
        const [exchange] = await relay.waitFor('/example/kompaas-text', 1);
        assert.equal(exchange?.request.method, 'POST');
        assert.equal(
          exchange?.request.text,
          'Incoming call for account 104233\nfrom 12025550142 (Ann "Annie" Müller)\nto 12025550110\n',
        );
        assert.match(String(exchange?.request.headers['content-type']), /^text\/plain\b/);
        assert.equal(exchange?.request.headers['x-call-id'], jsonOf(pushed)['callId']);
        await flow.hasDelivered('delivered', exchange);
      });
    });

    describe('Smartflo - form to a CRM', () => {
      const flow = usedIn('Smartflo - form to a CRM');
      const path = '/example/crm/leads';

      it('sends an answered call as a form, with times of India in the time of Berlin', async () => {
        await flow.press('an answered call');
        const [pushed] = await relay.waitFor('/telephony/smartflo', 1);
        assert.equal(pushed?.request.headers['content-type'], 'application/x-www-form-urlencoded');
        const callId = new URLSearchParams(pushed?.request.text).get('call_id');
        const [exchange] = await relay.waitFor(path, 1);
        assert.equal(exchange?.request.method, 'POST');
        assert.match(String(exchange?.request.headers['content-type']), /^application\/x-www-form-urlencoded\b/);
        assert.equal(
          exchange?.request.text,
          `call_id=${callId}&eventType=Call+hangup&direction=inbound&caller_id_number=9876500142&call_to_number=9876500110` +
            '&call_status=answered&start_stamp=2026-03-02+10%3A15%3A04&end_stamp=2026-03-02+10%3A17%3A24&duration=140' +
            '&answered_agent_name=Alice+Agent&lead_source=Phone&contact%5Bphone%5D=9876500142' +
            '&contact%5Bnote%5D=Called+at+2026-03-02+10%3A15%3A04+%26+was+answered',
        );
        assert.equal(exchange?.status, 201);
        await flow.hasDelivered('delivered', exchange);
      });

      it('sends a missed call under the name of its trigger, with what nobody did left empty', async () => {
        await flow.press('a missed call');
        const exchange = (await relay.waitFor(path, 2))[1];
        const form = new URLSearchParams(exchange?.request.text);
        assert.equal(form.get('eventType'), 'Call missed');
        assert.equal(form.get('call_status'), 'missed');
        assert.equal(form.get('answered_agent_name'), '');
        assert.equal(form.get('contact[note]'), 'Called at 2026-03-02 10:15:04 & was missed');
        await flow.hasDelivered('delivered', exchange, 2);
      });

      it('leaves out calls to other numbers and outgoing calls', async () => {
        const push = (fields: Record<string, string>) =>
          fetch(`${red.url}/telephony/smartflo?trigger=call-hangup`, {
            method: 'POST',
            body: new URLSearchParams({ uuid: 'u', direction: 'inbound', caller_id_number: '9876500142', ...fields }),
          });
        const end = '2026-03-02 15:00:00';
        await push({ call_id: 'other', call_to_number: '9876500199', end_stamp: end });
        await push({ call_id: 'outgoing', call_to_number: '9876500110', direction: 'outbound', end_stamp: end });
        await push({ call_id: 'ours', call_to_number: '+919876500110', end_stamp: end });
        const exchanges = await relay.waitFor(path, 3);
        assert.deepEqual(
          exchanges.slice(2).map(({ request }) => new URLSearchParams(request.text).get('call_id')),
          ['ours'],
        );
      });
    });

    describe('OBD - reports by webhook id', () => {
      const flow = usedIn('OBD - reports by webhook id');

      it('sends the report to webhook 77 only, exactly as the platform writes it, whatever its JSON was like', async () => {
        await flow.press('report for 77');
        const [pushed] = await relay.waitFor('/telephony/obd/77', 1);
        const broken = pushed?.request.text ?? '';
        assert.throws(() => JSON.parse(broken));
        const [exchange] = await relay.waitFor('/example/obd/report', 1);
        assert.equal(exchange?.request.method, 'POST');
        assert.deepEqual(JSON.parse(exchange?.request.text ?? ''), JSON.parse(broken.replace(/,\s*}$/, '}')));
        await flow.hasDelivered('delivered', exchange);
        assert.equal(relay.at('/example/obd/ack').length, 0);
      });

      it('sends the composed report to webhook 78 only: variables in URL and body, the token in its header', async () => {
        await flow.press('report for 78');
        const [pushed] = await relay.waitFor('/telephony/obd/78', 1);
        const { id } = jsonOf(pushed);
        const [exchange] = await relay.waitFor('/example/obd/ack', 1);
        assert.equal(exchange?.request.url, `/example/obd/ack?call_id=${id}&to=919876500175&message_status=ANSWER`);
        assert.equal(exchange?.request.text, `{"id": "${id}", "to": "919876500175", "status": "ANSWER", "duration": 23}`);
        assert.equal(exchange?.request.headers['authorization'], `Bearer ${TOKEN}`);
        assert.match(String(exchange?.request.headers['content-type']), /^application\/json\b/);
        assert.equal(exchange?.status, 202);
        assert.equal(relay.at('/example/obd/report').length, 1);
        const logged = await flow.hasDelivered('delivered', exchange, 2);
        assert.ok(!JSON.stringify(logged).includes(TOKEN), 'the log holds the token');
        assert.equal((logged['request'] as { headers: JsonObject }).headers['Authorization'], 'Bearer %token%');
      });

      it('takes 204 for a failure, as OBD does, and waits for the next attempt', async () => {
        relay.answerOnce('/example/obd/report', { status: 204 });
        await flow.press('report for 77');
        const exchange = (await relay.waitFor('/example/obd/report', 2))[1];
        const waiting = await flow.loggedAs('waiting', exchange);
        assert.deepEqual([waiting['attemptCount'], errorOf(waiting)], [1, { class: 'status', statusCode: 204 }]);
      });
    });

    describe('Ringostat - JSON-RPC with hashes', () => {
      const flow = usedIn('Ringostat - JSON-RPC with hashes');

      it('calls the method with nested parameters, hashes and names that are no identifiers', async () => {
        await flow.press('after the call');
        const [pushed] = await relay.waitFor('/telephony/ringostat-rpc', 1);
        const { uniqueid } = jsonOf(pushed);
        const [exchange] = await relay.waitFor('/example/rpc', 1);
        const hash = (name: string, text: string) => createHash(name).update(text).digest('hex');
        const logged = await flow.hasDelivered('delivered', exchange);
        assert.equal(
          exchange?.request.text,
          JSON.stringify({
            jsonrpc: '2.0',
            id: (logged['event'] as JsonObject)['id'],
            method: 'call.after',
            params: {
              uniqueid,
              calldate: '2026-11-21 05:14:15',
              caller: '12025550142',
              dst: '12025550110',
              disposition: 'ANSWERED',
              call: { billsec: 3, recording: { url: 'https://records.example.test/ua-987h79879.mp3', exists: true } },
              tags: ['google', 'dynamic', { pool: 'Main site' }],
              caller_md5: hash('md5', '12025550142'),
              caller_crc32: crc32('12025550142').toString(16).padStart(8, '0'),
              caller_sha1: hash('sha1', '12025550142'),
              call_sha256: hash('sha256', `${uniqueid}:12025550142`),
              'Название проекта': 'Example shop',
            },
          }),
        );
        assert.match(String(exchange?.request.headers['content-type']), /^application\/json\b/);
      });

      it('takes 202 for a failure, as Ringostat does', async () => {
        relay.answerOnce('/example/rpc', { status: 202 });
        await flow.press('after the call');
        const exchange = (await relay.waitFor('/example/rpc', 2))[1];
        const waiting = await flow.loggedAs('waiting', exchange);
        assert.deepEqual(errorOf(waiting), { class: 'status', statusCode: 202 });
      });
    });

    describe('Ringostat - Google Analytics 4', () => {
      const flow = usedIn('Ringostat - Google Analytics 4');
      const path = '/example/mp/collect';

      it('sends the call as an event of the Measurement Protocol', async () => {
        await flow.press('after the call');
        const [exchange] = await relay.waitFor(path, 1);
        const logged = await flow.hasDelivered('delivered', exchange);
        assert.equal(exchange?.request.method, 'POST');
        assert.equal(exchange?.status, 204);
        const time = Date.parse(String((logged['event'] as JsonObject)['time']));
        assert.ok(Math.abs(Date.now() - time) < 60_000, 'the call is of just now');
        assert.deepEqual(jsonOf(exchange), {
          client_id: '1234567890.1772442000',
          timestamp_micros: time * 1000,
          events: [
            {
              name: 'phone_call',
              params: {
                status: 'answered',
                source: 'google',
                medium: 'cpc',
                campaign: 'Winter tyres & wheels',
                page_location: 'https://shop.example.test/tyres?size=17',
                talk_seconds: 6,
                engagement_time_msec: 1,
              },
            },
          ],
        });
      });

      it('sends the API secret, escaped for the query, and keeps it out of the log', async () => {
        const [exchange] = await relay.waitFor(path, 1);
        const { searchParams } = new URL(exchange?.request.url ?? '', 'http://receiver.test');
        assert.deepEqual([...searchParams], [['measurement_id', 'G-EXAMPLE001'], ['api_secret', API_SECRET]]);
        const logged = await flow.loggedAs('delivered', exchange);
        assert.ok(!JSON.stringify(logged).includes('k3y'), 'the log holds the secret');
        assert.match(String(logged['url']), /api_secret=%api_secret%$/);
      });

      it('names a caller who never saw the website by the call', async () => {
        await postJson('/telephony/ringostat-ga4?trigger=incoming-after-the-call', {
          uniqueid: 'ua-no-visit',
          call_type: 'in',
          caller: '12025550142',
          disposition: 'NO ANSWER',
        });
        const body = jsonOf((await relay.waitFor(path, 2))[1]);
        assert.equal(body['client_id'], 'ua-no-visit');
        assert.deepEqual((body['events'] as { params: JsonObject }[])[0]?.params['status'], 'missed');
      });
    });

    describe('Missed call - text message', () => {
      const flow = usedIn('Missed call - text message');
      const path = '/example/sms/send';
      const call = (id: string, number: string) => ({
        event: 'call.missed',
        at: '2026-07-14T08:05:00Z',
        call: { id, from: { number, name: 'Bob' }, to: '+442079460110' },
      });

      it('asks the gateway by GET, with the name and number escaped for the query', async () => {
        await flow.press('a missed call');
        const [pushed] = await relay.waitFor('/telephony/missed-call', 1);
        const [exchange] = await relay.waitFor(path, 1);
        const clock = new Date(String(jsonOf(pushed)['at'])).toLocaleTimeString('en-GB', {
          timeZone: 'Europe/London',
          hour: '2-digit',
          minute: '2-digit',
        });
        assert.equal(exchange?.request.method, 'GET');
        assert.equal(exchange?.request.text, '');
        const { searchParams } = new URL(exchange?.request.url ?? '', 'http://receiver.test');
        assert.deepEqual([...searchParams], [
          ['to', '+447700900123'],
          ['from', 'Office'],
          ['text', `Missed: Ann O'Neil & Sons, +442079460142, at ${clock}. Please call back.`],
        ]);
        await flow.hasDelivered('delivered', exchange);
      });

      it('sends one message however often the same number calls, and one for each other number', async () => {
        await flow.press('a missed call');
        await relay.waitFor('/telephony/missed-call', 2);
        await postJson('/telephony/missed-call', call('again', '+442079460142'));
        await postJson('/telephony/missed-call', call('other', '+442079460143'));
        const exchanges = await relay.waitFor(path, 2);
        await flow.hasDelivered('delivered', exchanges[1], 2);
        assert.match(decodeURIComponent(exchanges[1]?.request.url ?? ''), /Bob,.*\+442079460143,.*at.*09:05/);
        assert.equal(relay.at(path).length, 2);
      });
    });

    describe('Screen pop - calls in order', () => {
      const flow = usedIn('Screen pop - calls in order');

      it('keeps the order of a call whose first news is refused, while another call overtakes it', async () => {
        await flow.press('two calls');
        const exchanges = await relay.waitFor('/example/screen', 7);
        const news = exchanges.map(({ request, status }) => {
          const { callId, eventType } = JSON.parse(request.text) as Record<string, string>;
          return `${callId?.[0]} ${eventType} ${status}`;
        });
        const of = (call: string) => news.filter((line) => line.startsWith(call));
        assert.deepEqual(of('A'), ['A call.ringing 503', 'A call.ringing 200', 'A call.answered 200', 'A call.ended 200']);
        assert.deepEqual(of('B'), ['B call.ringing 200', 'B call.answered 200', 'B call.ended 200']);
        assert.ok(news.indexOf('B call.answered 200') < news.indexOf('A call.answered 200'), news.join('\n'));
        const [refused, repeated] = exchanges.filter(({ request }) => request.text.includes('"call.ringing","callId":"A-'));
        assert.equal(refused?.request.headers['webhook-id'], repeated?.request.headers['webhook-id']);
        assert.equal(refused?.request.text, repeated?.request.text);
      });

      it('says who calls whom', async () => {
        const [exchange] = await relay.waitFor('/example/screen', 1);
        const { callId, ...rest } = jsonOf(exchange);
        assert.match(String(callId), /^A-/);
        assert.deepEqual(rest, {
          eventType: 'call.ringing',
          callerNumber: '12025550142',
          callerName: 'Ann Customer',
          internalNumber: '101',
        });
        await debug.waitFor(flow.idOf('delivered'), 6);
      });
    });

    describe('Retry by wires - alert at the end', () => {
      const flow = usedIn('Retry by wires - alert at the end');
      const path = '/example/retry/crm';
      const attemptsFor = (kind: string): readonly Exchange[] =>
        relay.at(path).filter(({ request }) => request.text.includes(`"callId":"${kind}-`));

      it('delivers at the fourth attempt what a receiver that was down three times gets, as one delivery', async () => {
        await flow.press('the CRM is down three times');
        await relay.waitFor(path, 4, 15_000);
        const attempts = attemptsFor('brief');
        assert.deepEqual(attempts.map(({ status }) => status), [503, 503, 503, 200]);
        assert.equal(new Set(attempts.map(({ request }) => request.headers['webhook-id'])).size, 1);
        assert.equal(new Set(attempts.map(({ request }) => request.text)).size, 1);
        const logged = await flow.hasDelivered('delivered', attempts[3]);
        assert.equal(logged['attemptCount'], 4);
      });

      it('waits as long as its list says', () => {
        const at = attemptsFor('brief').map(({ request }) => request.at);
        const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
        for (const [index, least] of [1000, 1000, 2000].entries()) {
          assert.ok((gaps[index] ?? 0) >= least - 20 && (gaps[index] ?? 0) < least + 900, `gaps ${gaps}`);
        }
      });

      it('gives up after four attempts, sends the alert and keeps the delivery as failed', async () => {
        await flow.press('the CRM stays down');
        const [alert] = await relay.waitFor('/example/retry/alert', 1, 15_000);
        const attempts = attemptsFor('dead');
        assert.deepEqual(attempts.map(({ status }) => status), [503, 503, 503, 503]);
        const { callId } = jsonOf(attempts[0]);
        assert.match(alert?.request.text ?? '', new RegExp(`^Call ${callId} of 12025550142 did not reach the CRM: .*503`));
        assert.match(String(alert?.request.headers['content-type']), /^text\/plain\b/);
        assert.notEqual(alert?.request.headers['webhook-id'], attempts[0]?.request.headers['webhook-id']);
        const failed = await flow.loggedAs('failed', attempts[0]);
        assert.deepEqual([failed['attemptCount'], errorOf(failed)], [4, { class: 'status', statusCode: 503 }]);
        await debug.waitFor(flow.idOf('given up'), 1);
      });

      it('tells what failed to who asks by message', async () => {
        await flow.press('what failed?');
        const [answer] = await debug.waitFor(flow.idOf('failed deliveries'), 1);
        assert.ok(isJsonObject(answer));
        assert.equal(answer['total'], 1);
        assert.equal(attemptsFor('dead')[0]?.request.headers['webhook-id'], firstId(answer));
      });
    });

    describe('http request - swap for webhook out', () => {
      const flow = usedIn('http request - swap for webhook out');

      for (const [number, button, method] of [
        [1, 'a call ended', 'PUT'],
        [2, 'your own request', 'POST'],
      ] as const) {
        it(`sends the same ${method} by both nodes`, async () => {
          await flow.press(button);
          const exchanges = (await relay.waitFor('/example/swap', 2 * number)).slice(-2);
          const byCore = exchanges.find(({ request }) => request.headers['webhook-id'] === undefined);
          const byUs = exchanges.find(({ request }) => request.headers['webhook-id'] !== undefined);
          assert.equal(byUs?.request.method, method);
          for (const property of ['method', 'url', 'text'] as const) {
            assert.equal(byUs?.request[property], byCore?.request[property]);
          }
          for (const header of ['content-type', 'content-length', 'x-api-version']) {
            assert.equal(byUs?.request.headers[header], byCore?.request.headers[header], header);
          }
          await flow.hasDelivered('delivered', byUs, number);
        });
      }

      it('gives what http request gives: status code, headers and the text of the answer', async () => {
        const ours = await debug.waitFor(flow.idOf('delivered'), 2);
        const cores = await debug.waitFor(flow.idOf('response of http request'), 2);
        const shape = (message: unknown) => {
          assert.ok(isJsonObject(message));
          const headers = message['headers'] as JsonObject;
          return [message['statusCode'], message['payload'], headers['content-type']];
        };
        assert.deepEqual(ours.map(shape), cores.map(shape));
        assert.deepEqual(ours.map(shape)[0]?.slice(0, 2), [200, '{"ok":true}']);
      });
    });

    it('leave no error or warning behind', () => {
      assert.deepEqual(debug.complaints, []);
    });

    /** One example as its user sees it. Nothing is asked of Node-RED before a method is called. */
    function usedIn(title: string) {
      const nodes = examples.find((example) => example.title === title)?.nodes ?? [];
      const idOf = (name: string): string => {
        const node = nodes.find((one: SavedNode) => one['name'] === name && one.type !== 'comment');
        assert.ok(node, `${title} has no node "${name}"`);
        return node.id;
      };
      return {
        idOf,
        async press(button: string): Promise<void> {
          const answer = await fetch(`${red.url}/inject/${idOf(button)}`, { method: 'POST' });
          assert.equal(answer.status, 200);
        },
        /** The delivery that a request was made for, once the log has it in this state. */
        async loggedAs(state: string, exchange: Exchange | undefined): Promise<JsonObject> {
          const id = String(exchange?.request.headers['webhook-id']);
          assert.match(id, /^dlv_/);
          return eventually(async () => {
            const logged = await getJson(`/telephony-webhooks/deliveries/${id}`);
            return logged['state'] === state ? logged : undefined;
          }, `the delivery ${id} to be ${state}`);
        },
        /** Also: the debug node at the output has shown it. `count`: so many so far. */
        async hasDelivered(output: string, exchange: Exchange | undefined, count = 1): Promise<JsonObject> {
          const logged = await this.loggedAs('delivered', exchange);
          const messages = await debug.waitFor(idOf(output), count);
          const message = messages.find((one) => isJsonObject(one) && deliveryIdOf(one) === logged['id']);
          assert.ok(isJsonObject(message), `no message of ${logged['id']} left the output "${output}"`);
          assert.equal(message['statusCode'], exchange?.status);
          return logged;
        },
      };
    }

    async function getJson(path: string): Promise<JsonObject> {
      const answer = await fetch(`${red.url}${path}`, { headers: { accept: 'application/json' } });
      assert.equal(answer.status, 200, path);
      return (await answer.json()) as JsonObject;
    }

    async function postJson(path: string, body: JsonObject): Promise<{ status: number; body: unknown }> {
      const answer = await fetch(`${red.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    }
  });
}

/** Asks again and again, as somebody who watches the log does. */
async function eventually<T>(ask: () => Promise<T | undefined>, what: string, withinMs = 10_000): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > giveUpAt) throw new Error(`Waited ${withinMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function jsonOf(exchange: Exchange | undefined): JsonObject {
  const body: unknown = JSON.parse(exchange?.request.text ?? '');
  assert.ok(isJsonObject(body));
  return body;
}

function errorOf(logged: JsonObject): unknown {
  const { lastError } = logged;
  return isJsonObject(lastError ?? null) ? { class: (lastError as JsonObject)['class'], statusCode: (lastError as JsonObject)['statusCode'] } : null;
}

function deliveryIdOf(message: JsonObject): unknown {
  return isJsonObject(message['delivery'] ?? null) ? (message['delivery'] as JsonObject)['id'] : undefined;
}

function firstId(page: JsonObject): unknown {
  return (page['deliveries'] as JsonObject[])[0]?.['id'];
}
