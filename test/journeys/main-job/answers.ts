/** What a phone system hears back, whatever it sends. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { JsonObject } from '../../../src/json';
import type { FlowNode } from '../../support/node-red-process';
import type { Pushed, Workbench } from './workbench';

const SECRET = 'key of the tests';

export const ended = (callId: string): JsonObject => ({
  eventType: 'call.ended',
  callId,
  endTime: '2026-11-21T05:14:15Z',
});

/** JSON as nobody would print it again: a parser between us and the sender would change it. */
export const odd = (callId: string): string =>
  `{ "eventType":"call.ended",\n\t"callId" : "${callId}", "endTime":"2026-11-21T05:14:15Z","callerName":"J\\u00f6rg", "billsec": 6.0 }\r\n`;

export function signature(body: string, algorithm = 'sha256', encoding: 'hex' | 'base64' = 'hex'): string {
  return createHmac(algorithm, SECRET).update(body).digest(encoding);
}

export const hmacSource: JsonObject = {
  verify: 'hmac',
  hmacHeader: 'X-Hub-Signature-256',
  hmacPrefix: 'sha256=',
  credentials: { secret: SECRET },
};

/** A refusal: its status, a reason in words, and nothing of our insides. */
function refuses(answer: Pushed, status: number, reason: RegExp): void {
  assert.equal(answer.status, status, answer.text);
  assert.match(String((answer.body as JsonObject | undefined)?.['error']), reason);
  assert.doesNotMatch(answer.text, /\bat \S+ \(|node_modules|\.js:\d|<html|<pre/i);
}

function accepts(answer: Pushed, accepted = 1, repeated = 0): void {
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body, { accepted, repeated });
}

export function checkAnswers(bench: Workbench): void {
  const token = { verify: 'token', credentials: { token: 't0ken+/= %41' } };
  before(async () => {
    await bench.deploy({
      open: {},
      kompaas: { source: { dialect: 'kompaas' } },
      smartflo: { source: { dialect: 'smartflo' } },
      'token-header': { source: { ...token, tokenName: 'X-Phone-Token' } },
      'token-query': { source: { ...token, tokenIn: 'query', tokenName: 'key' } },
      basic: { source: { verify: 'basic', credentials: { username: 'pbx', password: 'pa:ss wörd' } } },
      hmac: { source: hmacSource },
      'hmac-base64': {
        source: {
          ...hmacSource,
          hmacHeader: 'X-Sig',
          hmacPrefix: '',
          hmacAlgorithm: 'sha1',
          hmacEncoding: 'base64',
        },
      },
      local: { source: { allowFrom: ['127.0.0.0/8', '::1'] } },
      elsewhere: { source: { allowFrom: ['203.0.113.0/24'] } },
      'taken-1': { source: { path: '/in/taken' } },
      'taken-2': { source: { path: '/in/taken/' } },
    });
  });

  it('takes nothing but GET, POST and PUT', async () => {
    for (const method of ['DELETE', 'PATCH']) {
      const answer = await bench.pushJson('open', ended('m-1'), { method });
      refuses(answer, 405, /GET, POST or PUT/);
      assert.equal(answer.headers.get('allow'), 'GET, POST, PUT');
    }
  });

  it('asks for the token in the header or the query, wherever it was agreed', async () => {
    const right = 't0ken+/= %41';
    refuses(await bench.pushJson('token-header', ended('t-1')), 401, /\w/);
    refuses(await bench.pushJson('token-header', ended('t-1'), { headers: { 'x-phone-token': 'no' } }), 401, /\w/);
    refuses(await bench.pushJson(`token-header?X-Phone-Token=${encodeURIComponent(right)}`, ended('t-1')), 401, /\w/);
    accepts(await bench.pushJson('token-header', ended('t-1'), { headers: { 'x-phone-token': right } }));
    refuses(await bench.pushJson('token-query?key=no', ended('t-2')), 401, /\w/);
    refuses(await bench.pushJson('token-query?key=', ended('t-2')), 401, /\w/);
    accepts(await bench.pushJson(`token-query?key=${encodeURIComponent(right)}`, ended('t-2')));
    const [heard] = await bench.heard('token-query', 1);
    assert.ok(!JSON.stringify(heard).includes('t0ken'), 'the token is kept with the event');
  });

  it('asks for a name and a password, and says that it does', async () => {
    const basic = (words: string) => ({ headers: { authorization: `Basic ${Buffer.from(words).toString('base64')}` } });
    const without = await bench.pushJson('basic', ended('b-1'));
    refuses(without, 401, /\w/);
    assert.match(String(without.headers.get('www-authenticate')), /^Basic realm="/);
    for (const wrong of ['pbx:pa', 'pb:pa:ss wörd', 'pbx:', ':']) {
      refuses(await bench.pushJson('basic', ended('b-1'), basic(wrong)), 401, /\w/);
    }
    accepts(await bench.pushJson('basic', ended('b-1'), basic('pbx:pa:ss wörd')));
  });

  it('checks a signature over the bytes that were sent, though Node-RED parses bodies on its way', async () => {
    const send = (target: string, body: string, headers: Record<string, string>) =>
      bench.push(target, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    const body = odd('h-1');
    const header = { 'x-hub-signature-256': `sha256=${signature(body)}` };
    refuses(await send('hmac', body, {}), 401, /\w/);
    refuses(await send('hmac', `${body} `, header), 401, /\w/);
    refuses(await send('hmac', body, { 'x-hub-signature-256': signature('') }), 401, /\w/);
    accepts(await send('hmac', body, header));
    accepts(await send('hmac-base64', body, { 'x-sig': signature(body, 'sha1', 'base64') }));
    const form = 'eventType=call.ended&callId=h-2&endTime=2026-11-21T05%3a14%3a15Z&callerName=a+b';
    accepts(
      await send('hmac', form, {
        'content-type': 'application/x-www-form-urlencoded',
        'x-hub-signature-256': `sha256=${signature(form)}`,
      }),
    );
    const [, heard] = await bench.heard('hmac', 2);
    assert.equal((heard?.['payload'] as JsonObject | undefined)?.['callerName'], 'a b');
  });

  it('lets in only the addresses that it was told', async () => {
    refuses(await bench.pushJson('elsewhere', ended('a-1')), 403, /127\.0\.0\.1/);
    accepts(await bench.pushJson('local', ended('a-1')));
  });

  it('says why it cannot read a body', async () => {
    const as = (type: string, body: string | Buffer) =>
      bench.push('open', { method: 'POST', headers: { 'content-type': type }, body: body as BodyInit });
    refuses(await as('application/json', '{"eventType":'), 400, /JSON/);
    refuses(await as('application/json', '[1,2]'), 400, /list/);
    refuses(await as('application/json', '"x"'), 400, /single value/);
    refuses(await as('application/json', ''), 400, /empty/);
    refuses(await as('multipart/form-data; boundary=x', '--x--'), 400, /multipart/);
    refuses(await as('application/json; charset=klingon', '{}'), 400, /klingon/);
    refuses(await as('application/xml', '<a>b</a>'), 400, /\w/);
    refuses(await as('application/json', Buffer.from([0xff, 0xfe, 0, 1])), 400, /\w/);
    refuses(await bench.push('open'), 400, /empty/);
  });

  it('takes an event that it does not know as event.unknown, with all that was sent', async () => {
    const body = { eventType: 'VpbxSomethingNew', callId: 'u-1', deep: { list: [1, 'two', null] } };
    accepts(await bench.pushJson('kompaas', body));
    const [heard] = await bench.heard('kompaas', 1);
    assert.equal(heard?.['topic'], 'event.unknown');
    assert.deepEqual((heard?.['payload'] as JsonObject | undefined)?.['raw'], body);
  });

  it('answers 413 to a body over 1 MB, though the sender is still sending', async () => {
    for (const megabytes of [1.5, 12]) {
      const answer = await bench.pushJson('open', { ...ended('l-1'), note: 'x'.repeat(megabytes * 1024 * 1024) });
      refuses(answer, 413, /1048576/);
    }
    accepts(await bench.pushJson('open', { ...ended('l-2'), note: 'x'.repeat(1_000_000) }));
  });

  it('makes nothing of a call that breaks off in its body', async () => {
    const before = bench.red.log.length;
    const { hostname, port } = new URL(bench.red.url);
    const head = 'POST /in/open HTTP/1.1\r\nHost: pbx\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n';
    const socket = connect(Number(port), hostname);
    socket.write(`${head}{"eventType":"call.ended"`, () => socket.destroy());
    await once(socket, 'close');
    const answer = await bench.pushJson('open', ended('after-it'));
    accepts(answer);
    assert.equal(answer.headers.get('content-length'), String(answer.text.length));
    assert.doesNotMatch(bench.red.log.slice(before), /abort/i);
  });

  it('lets a repeat of the same event out once, and two equal key presses twice', async () => {
    const call = ended('r-1');
    accepts(await bench.pushJson('local', call));
    accepts(await bench.pushJson('local', call), 1, 1);
    const press = { eventType: 'call.dtmf', callId: 'r-2', digit: '1' };
    accepts(await bench.pushJson('local', press));
    accepts(await bench.pushJson('local', press));
    const heard = await bench.heard('local', 4);
    assert.deepEqual(
      heard.map(({ topic }) => topic),
      ['call.ended', 'call.ended', 'call.dtmf', 'call.dtmf'],
    );
    const ids = heard.map(({ event }) => (event as JsonObject)['id']);
    assert.equal(new Set(ids).size, 4);
  });

  it('reads webhook id and trigger out of the address', async () => {
    const call = { call_id: 's-1', uuid: 's', start_stamp: '2026-03-02 12:00:00' };
    const hangup = encodeURIComponent('Call hangup');
    accepts(await bench.pushJson(`smartflo/77?trigger=${hangup}`, { ...call, call_id: 's-1' }));
    accepts(await bench.pushJson(`smartflo?webhook_id=78&trigger=${hangup}`, { ...call, call_id: 's-2' }));
    accepts(await bench.pushJson(`smartflo/79/${hangup}/`, { ...call, call_id: 's-3' }));
    accepts(await bench.pushJson(`smartflo/a%2Fb%20c?trigger=DTMF%20option`, { ...call, call_id: 's-4' }));
    const heard = await bench.heard('smartflo', 4);
    assert.deepEqual(
      heard.map(({ topic, payload }) => [topic, (payload as JsonObject)['webhookId']]),
      [
        ['call.ended', '77'],
        ['call.ended', '78'],
        ['call.ended', '79'],
        ['call.dtmf', 'a/b c'],
      ],
    );
  });

  it('leaves other paths to others', async () => {
    for (const path of ['opener', 'OPEN2', 'open/1/2/3', 'nowhere']) {
      assert.equal((await bench.pushJson(path, ended('o-1'))).status, 404, path);
    }
  });

  it('shows a source red of which the path is taken, and the other goes on', async () => {
    assert.deepEqual((await bench.status('events-taken-2'))['fill'], 'red');
    assert.deepEqual((await bench.status('events-taken-1'))['fill'], 'green');
    accepts(await bench.pushJson('taken', ended('x-1')));
    await bench.heard('taken-1', 1);
  });

  it('goes on listening after the next deploy, and no longer where the source has gone', async () => {
    await bench.deploy({ open: {}, 'taken-2': { source: { path: '/in/taken/' } } });
    accepts(await bench.pushJson('open', ended('d-1')));
    accepts(await bench.pushJson('taken', ended('d-2')));
    await bench.heard('taken-2', 1);
    assert.equal((await bench.pushJson('hmac', ended('d-3'))).status, 404);
  });

  it('takes every call while flows are deployed again and again, and loses and doubles none', async () => {
    const line = { deployed: { template: { available: ['callId'] } } };
    await bench.deploy(line, slowToClose(200));
    let deploying = true;
    const answers: number[] = [];
    const pushing = (async () => {
      for (let number = 1; deploying; number++) {
        answers.push((await bench.pushJson('deployed', ended(`p-${number}`))).status);
      }
    })();
    for (let deploy = 1; deploy <= 3; deploy++) await bench.deploy(line, slowToClose(200));
    deploying = false;
    await pushing;
    assert.deepEqual([...new Set(answers)], [200]);
    const requests = await bench.received('deployed', answers.length);
    assert.deepEqual(
      requests.map(({ text }) => text).toSorted(),
      answers.map((_, index) => JSON.stringify({ callId: `p-${index + 1}` })).toSorted(),
    );
  });

  it('gives a call that comes while its source is replaced by another to that one', async () => {
    await bench.deploy({ 'leaves-1': { source: { path: '/in/handed' } } }, slowToClose(300));
    const shown = bench.heard('takes-over', 1);
    const deployed = bench.deploy({ 'takes-over': { source: { path: '/in/handed' } } }, slowToClose(300));
    await bench.red.logged(/Stopping flows/);
    accepts(await bench.pushUntilTaken('handed', ended('handed-1')));
    await deployed;
    const [heard] = await shown;
    assert.equal((heard?.['event'] as JsonObject | undefined)?.['source'], 'source-takes-over');
  });

  it('answers 404 when the flows run without the source that a call was for', async () => {
    await bench.deploy({ open: {}, 'goes-away': {} }, slowToClose(300));
    const deployed = bench.deploy({ open: {} }, slowToClose(300));
    await bench.red.logged(/Stopping flows/);
    assert.equal((await bench.pushUntilTaken('goes-away', ended('w-1'))).status, 404);
    await deployed;
    assert.equal((await bench.pushJson('goes-away', ended('w-2'))).status, 404);
  });

  it('takes what comes when somebody has just stopped the flows, and tells it when they run', async () => {
    await bench.deploy({ 'stands-still': {} });
    const turn = (state: 'start' | 'stop') =>
      bench.red.api('flows/state', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ state }),
      });
    await turn('stop');
    accepts(await bench.pushJson('stands-still', ended('z-1')));
    await turn('start');
    await bench.heard('stands-still', 1);
  });
}

/** A node that holds up every deploy, as one does that has a connection to end. */
function slowToClose(ms: number): FlowNode[] {
  // The timers of a function node end with it; `node` cannot hear `close` in its setup, what it stands for can.
  const later = `Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms}).value`;
  const initialize = `__node__.on('close', (done) => ${later}.then(done));`;
  return [{ id: 'slow', z: 'tab', type: 'function', func: 'return msg;', initialize, wires: [[]] }];
}
