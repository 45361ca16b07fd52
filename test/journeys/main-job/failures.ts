/** Templates that cannot work, or not for every call: seen at deploy, in the flow and in the log, and sent when mended. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../../src/json';
import type { Received } from '../../support/receiver';
import { ended } from './answers';
import type { Line, Workbench } from './workbench';

const row = (key: string, value: string, type = 'text'): JsonObject => ({ key, type, value });

/** Template → what its error says. */
const NEVER_WORK: Readonly<Record<string, readonly [JsonObject, RegExp]>> = {
  'open-mustache': [{ format: 'text', text: '{"a": {{callId}' }, /^text\b/],
  'variable-key': [{ user: [row('{{callId}}', 'x')] }, /^user\[0\].*key/],
  'variable-host': [{ url: 'http://{{callId}}.example.test/' }, /^url\b/],
  'triple-mustache': [{ format: 'text', text: 'a {{{callId}}}' }, /^text\b/],
  partial: [{ headers: [row('X-A', '{{> x}}')] }, /^headers\[0\]/],
  'header-name': [{ headers: [row('X A', 'x')] }, /^headers\[0\].*key/],
  'date-format': [{ available: ['startTime'], dateFormat: 'QQ{{' }, /^dateFormat\b/],
  'time-zone': [{ available: ['startTime'], timeZone: 'Mars/Olympus' }, /^timeZone\b/],
  'no-rpc-method': [{ format: 'json-rpc' }, /^rpcMethod\b/],
  'half-jsonata': [{ user: [row('b', '(((', 'jsonata')] }, /^user\[0\]\.value: jsonata\.\(\(\(: .*end of expression/],
  'not-a-number': [{ user: [row('a', 'six', 'number')] }, /^user\[0\]/],
  ftp: [{ url: 'ftp://example.test/' }, /^url\b/],
};

const MISTYPED = { user: [row('who', '{{calerNumber}}')] };

export function checkFailures(bench: Workbench): void {
  before(async () => {
    const broken = Object.entries(NEVER_WORK).map(([name, [template]]): [string, Line] => [name, { template }]);
    await bench.deploy({
      ...Object.fromEntries(broken),
      mistyped: { template: MISTYPED },
      lenient: { template: { ...MISTYPED, unknown: 'empty' } },
      'sometimes-wrong': { template: { user: [row('n', '{{callerName}}', 'number')] } },
      'no-jsonata': { template: { user: [row('ok', 'x'), row('n', '$error("no luck")', 'jsonata')] } },
      dots: { template: { url: `${bench.receiver.url}/out/dots/{{callId}}/x` } },
      split: { template: { headers: [row('X-Name', '{{callerName}}')] } },
    });
  });

  for (const [name, [, says]] of Object.entries(NEVER_WORK)) {
    it(`${name} is red at deploy, and its calls are in the log`, async () => {
      assert.equal((await bench.status(`template-${name}`))['fill'], 'red');
      await bench.pushJson(name, ended('n-1'));
      const [caught] = await bench.caught(name, 1);
      assert.match(messageOf(caught), says);
      const [entry] = await bench.logged({ webhook: name, state: 'failed' });
      assert.match(failureOf(entry), new RegExp(`^template: ${says.source.replace('^', '')}`));
    });
  }

  it('names the field and the name that is mistyped, to a Catch node and in the log, with the event', async () => {
    await bench.pushJson('mistyped', { ...ended('m-1'), callerNumber: '+12025550142' });
    const [caught] = await bench.caught('mistyped', 1);
    assert.match(messageOf(caught), /^user\[0\].*calerNumber.*callerNumber/);
    assert.equal((caught?.['event'] as JsonObject | undefined)?.['callId'], 'm-1');
    const [entry] = await bench.logged({ webhook: 'mistyped' });
    assert.deepEqual([entry?.['state'], entry?.['callId'], entry?.['eventType']], ['failed', 'm-1', 'call.ended']);
    assert.match(failureOf(entry), /^template: user\[0\].*calerNumber/);
    const detail = await bench.red.get<JsonObject>(`/telephony-webhooks/deliveries/${entry?.['id']}`);
    assert.equal((detail['event'] as JsonObject | null)?.['callId'], 'm-1');
    assert.equal(detail['request'], null);
  });

  it('sends an empty value instead, where that was asked for', async () => {
    await bench.pushJson('lenient', ended('l-1'));
    assert.deepEqual(JSON.parse((await bench.only('lenient')).text), { who: '' });
  });

  it('fails only the calls that a template cannot say', async () => {
    await bench.pushJson('sometimes-wrong', { ...ended('w-1'), callerName: 'Ann' });
    await bench.pushJson('sometimes-wrong', { ...ended('w-2'), callerName: '7' });
    assert.deepEqual(JSON.parse((await bench.only('sometimes-wrong')).text), { n: 7 });
    assert.match(messageOf((await bench.caught('sometimes-wrong', 1))[0]), /^user\[0\].*Ann/);
    await bench.pushJson('no-jsonata', ended('w-3'));
    assert.match(messageOf((await bench.caught('no-jsonata', 1))[0]), /^user\[1\].*no luck/);
    await bench.pushJson('dots', ended('..'));
    assert.match(messageOf((await bench.caught('dots', 1))[0]), /^url\b/);
    await bench.pushJson('split', { ...ended('w-4'), callerName: 'a\r\nX-Evil: 1' });
    assert.match(messageOf((await bench.caught('split', 1))[0]), /^headers\[0\]/);
  });

  it('renders a failed call again once the template was mended', async () => {
    const [failed] = await bench.logged({ webhook: 'mistyped', state: 'failed' });
    const still = await bench.admin(`deliveries/${failed?.['id']}/resend`, { render: true });
    assert.equal(still.status, 400, still.text);
    assert.match(still.text, /calerNumber/);
    await bench.deploy({
      mistyped: { template: { user: [row('who', '{{callerNumber}}'), row('call', '{{callId}}')] } },
    });
    const answer = await bench.admin(`deliveries/${failed?.['id']}/resend`, { render: true });
    assert.equal(answer.status, 200, answer.text);
    // The deploy may have told the event once more, as one that was on its way.
    const isSame = ({ headers }: Received): boolean => headers['webhook-id'] === failed?.['id'];
    let requests = await bench.received('mistyped', 1);
    if (!requests.some(isSame)) requests = await bench.received('mistyped', requests.length + 1);
    const sent = requests.filter(isSame).map(({ text }) => JSON.parse(text));
    assert.deepEqual(sent, [{ who: '+12025550142', call: 'm-1' }]);
    const delivered = await bench.logged({ webhook: 'mistyped', state: 'delivered' }, requests.length);
    assert.ok(delivered.some(({ id }) => id === failed?.['id']));
  });
}

function messageOf(message: JsonObject | undefined): string {
  const error = message?.['error'];
  return isJsonObject(error) ? String(error['message']) : '';
}

function failureOf(entry: JsonObject | undefined): string {
  const error = entry?.['lastError'];
  return isJsonObject(error) ? `${error['class']}: ${error['message']}` : '';
}
