/** Our nodes beside Node-RED's own `http request`, which leaves properties of its own in the message and looks for some. */
import assert from 'node:assert/strict';
import { NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';

for (const version of NODE_RED_VERSIONS) {
  describe(`beside the http request of Node-RED ${version}`, () => {
    let receiver: Receiver;
    let nodeRed: NodeRedProcess;

    before(async () => {
      receiver = await startReceiver(({ url }) => ({
        ...{ status: url === '/crm' ? 500 : 200, body: 'ok' },
        headers: { 'x-app': '1', 'set-cookie': ['a=b'] },
      }));
      const at = { z: 'tab', x: 1, y: 1 };
      const post = (id: string, path: string, wires: string[]) => ({
        ...{
          ...at,
          id,
          type: 'http request',
          method: 'POST',
          ret: 'txt',
          url: `${receiver.url}${path}`,
          wires: [wires],
        },
      });
      nodeRed = await startNodeRed({
        version,
        flows: [
          { id: 'tab', type: 'tab' },
          {
            ...{ ...at, id: 'go', type: 'inject', wires: [['crm']] },
            props: ['payload', 'kept'].map((p) => ({ p, v: 'the request', vt: 'str' })),
          },
          post('crm', '/crm', ['restore']),
          {
            ...{ ...at, id: 'restore', type: 'change', wires: [['again']] },
            rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'kept', tot: 'msg' }],
          },
          {
            ...{ ...at, id: 'again', type: 'telephony-webhook-retry', wires: [['crm'], ['given-up']] },
            ...{ schedule: 'list', delays: '100ms,200ms', jitter: 0, maxAttempts: 3 },
          },
          post('given-up', '/given-up', []),
          { ...at, id: 'chain', type: 'inject', wires: [['first']], props: [{ p: 'payload', v: 'first', vt: 'str' }] },
          {
            ...{ ...at, id: 'first', type: 'telephony-webhook-out', wires: [['longer'], []] },
            ...{ url: `${receiver.url}/first`, method: 'POST', retryIfError: false },
          },
          {
            ...{ ...at, id: 'longer', type: 'change', wires: [['second', 'third']] },
            rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'longer than the answer', tot: 'str' }],
          },
          post('second', '/second', []),
          {
            ...{ ...at, id: 'third', type: 'telephony-webhook-out', wires: [[], []] },
            ...{ url: `${receiver.url}/third`, method: 'POST', retryIfError: false },
          },
        ],
      });
    });
    after(async () => {
      await nodeRed?.stop();
      await receiver?.close();
    });

    it('an answer that webhook out gives says nothing in the next request', async () => {
      await nodeRed.inject('chain');
      const requests = await receiver.waitFor(3);
      assert.deepEqual(requests.map(({ url, text }) => [url, text]).sort(), [
        ['/first', 'first'],
        ['/second', 'longer than the answer'],
        ['/third', 'longer than the answer'],
      ]);
      for (const { headers } of requests)
        assert.deepEqual([headers['x-app'], headers['set-cookie']], [undefined, undefined]);
    });

    it('a retry node counts its attempts and gives up in the end', async () => {
      const before = receiver.requests.length;
      await nodeRed.inject('go');
      const requests = (await receiver.waitFor(before + 4)).slice(before);
      assert.deepEqual(
        requests.map(({ url, text }) => [url, text]),
        ['/crm', '/crm', '/crm', '/given-up'].map((url) => [url, 'the request']),
      );
    });
  });
}
