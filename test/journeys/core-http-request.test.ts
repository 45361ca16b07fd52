/** The retry node behind Node-RED's own `http request`, which leaves properties of its own in the message. */
import assert from 'node:assert/strict';
import { NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';

for (const version of NODE_RED_VERSIONS) {
  describe(`a retry node behind an http request of Node-RED ${version}`, () => {
    let receiver: Receiver;
    let nodeRed: NodeRedProcess;

    before(async () => {
      receiver = await startReceiver(({ url }) => ({ status: url === '/crm' ? 500 : 200 }));
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
        ],
      });
    });
    after(async () => {
      await nodeRed?.stop();
      await receiver?.close();
    });

    it('counts its attempts and gives up in the end', async () => {
      await nodeRed.inject('go');
      const requests = await receiver.waitFor(4);
      assert.deepEqual(
        requests.map(({ url, text }) => [url, text]),
        ['/crm', '/crm', '/crm', '/given-up'].map((url) => [url, 'the request']),
      );
    });
  });
}
