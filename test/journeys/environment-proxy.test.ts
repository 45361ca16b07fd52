/** A proxy that nobody chose in a flow, but whoever started Node-RED. */
import assert from 'node:assert/strict';
import { type FlowNode, NODE_RED_VERSIONS, startNodeRed } from '../support/node-red-process';
import { startProxy } from '../support/proxy';
import { startReceiver } from '../support/receiver';

for (const version of NODE_RED_VERSIONS) {
  describe(`The proxy that the environment of Node-RED ${version} names`, () => {
    it('is used where http request uses it, unless an endpoint has another; the log says once what cannot be checked', async () => {
      const receiver = await startReceiver();
      const [proxy, other] = [await startProxy(), await startProxy()];
      const at = { z: 'tab', x: 1, y: 1 };
      const sender = (path: string, more: object): FlowNode => ({
        ...at,
        id: path,
        url: `${receiver.url}/${path}`,
        type: 'telephony-webhook-out',
        ...more,
      });
      const endpoint = { type: 'telephony-webhook-endpoint', baseUrl: receiver.url };
      const nodeRed = await startNodeRed({
        version,
        env: { http_proxy: proxy.url, no_proxy: '' },
        flows: [
          { id: 'tab', type: 'tab' },
          {
            ...at,
            id: 'go',
            type: 'inject',
            props: [{ p: 'payload', v: 'x', vt: 'str' }],
            wires: [['core', 'without-endpoint', 'endpoint', 'chosen']],
          },
          sender('core', { type: 'http request', method: 'POST', ret: 'txt', wires: [[]] }),
          sender('without-endpoint', {}),
          sender('endpoint', { endpoint: 'crm' }),
          sender('chosen', { endpoint: 'other' }),
          { id: 'crm', ...endpoint },
          { id: 'other', ...endpoint, proxy: 'way' },
          { id: 'way', type: 'http proxy', url: other.url, noproxy: [] },
        ],
      });
      try {
        await nodeRed.inject('go');
        await receiver.waitFor(4);
        assert.deepEqual([...proxy.requests].sort(), [
          `CONNECT 127.0.0.1:${receiver.port}`, // of http request
          `POST ${receiver.url}/endpoint`,
          `POST ${receiver.url}/without-endpoint`,
        ]);
        assert.deepEqual(other.requests, [`POST ${receiver.url}/chosen`]);
        assert.equal(nodeRed.log.match(/Requests for which no proxy is chosen go through .*"May reach"/g)?.length, 1);
      } finally {
        await nodeRed.stop();
        await Promise.all([receiver, proxy, other].map((one) => one.close()));
      }
    });
  });
}
