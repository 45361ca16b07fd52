/** A template whose URL is a path, and the endpoint of the webhook out behind it. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../../src/json';
import type { FlowNode } from '../../support/node-red-process';
import { ended } from './answers';
import { nodesOf, type Workbench } from './workbench';

export function checkEndpoints(bench: Workbench): void {
  const endpoint = (path: string): FlowNode => ({
    id: 'crm',
    type: 'telephony-webhook-endpoint',
    baseUrl: `${bench.receiver.url}/out/${path}`,
    secretNames: ['crm_key'],
    credentials: { secrets: JSON.stringify({ crm_key: 'geheim-crm' }) },
  });
  const line = { template: { url: '/calls?k=%crm_key%', user: [] }, out: { endpoint: 'crm' } };

  before(() => bench.deploy({ based: line }, [endpoint('based')]));

  it('are joined, with the endpoint’s secrets', async () => {
    await bench.pushJson('based', ended('e-1'));
    assert.equal((await bench.only('based')).url, '/out/based/calls?k=geheim-crm');
  });

  it('are joined in the preview and the test of the deployed template, too', async () => {
    const asked = { config: { url: '/preview?k=%crm_key%' }, node: 'template-based' };
    const { body } = await bench.admin('preview', asked);
    assert.ok(isJsonObject(body) && isJsonObject(body['request']));
    assert.equal(body['request']['url'], `${bench.receiver.url}/out/based/preview?k=%crm_key%`);
    assert.deepEqual(body['warnings'], []);
    const tested = await bench.admin('test', asked);
    assert.deepEqual((tested.body as JsonObject)['outcome'], { ok: true }, tested.text);
    assert.equal((await bench.received('based', 2)).at(-1)?.url, '/out/based/preview?k=geheim-crm');
  });

  it('stay joined when only the endpoint is deployed anew', async () => {
    const started = bench.red.logged(/Started modified nodes/);
    const flows = [{ id: 'tab', type: 'tab', label: 'main job' }, ...nodesOf('based', line, bench.receiver.url)];
    const answer = await bench.red.api('flows', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-deployment-type': 'nodes' },
      body: JSON.stringify([...flows, endpoint('moved')]),
    });
    assert.equal(answer.status, 204);
    await started;
    await bench.pushJson('based', ended('e-2'));
    assert.equal((await bench.only('moved')).url, '/out/moved/calls?k=geheim-crm');
  });

  it('are told without what stands for a secret where there is no base URL', async () => {
    await bench.deploy({ lost: { template: line.template } });
    await bench.pushJson('lost', ended('e-3'));
    const [entry] = await bench.logged({ webhook: 'lost', state: 'failed' });
    assert.ok(isJsonObject(entry) && isJsonObject(entry['lastError']));
    assert.match(String(entry['lastError']['message']), /"\/calls\?k=%crm_key%" is only a path/);
  });
}
