/** A deploy of modified nodes does not restart those who use a config node that it adds: they must find it themselves. */
import assert from 'node:assert/strict';
import { type DebugFeed, openDebugFeed } from '../support/debug-feed';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { type Receiver, startReceiver } from '../support/receiver';
import { openStatusFeed, type StatusFeed } from '../support/status-feed';

const at = { z: 'tab', x: 1, y: 1 };
const TAB = { id: 'tab', type: 'tab', label: 'added again' };

function source(id: string, path: string): FlowNode {
  return { id, type: 'telephony-source', kind: 'http-push', path };
}

function hears(id: string, from: string, ...wires: string[]): FlowNode {
  return { ...at, id, type: 'telephony-event-in', source: from, events: ['*'], wires: [wires] };
}

function shows(id: string): FlowNode {
  const debug = { type: 'debug', active: true, tosidebar: true, complete: 'true', targetType: 'full', wires: [] };
  return { ...at, ...debug, id };
}

for (const version of NODE_RED_VERSIONS) {
  describe(`a deploy of modified nodes on Node-RED ${version}`, () => {
    let receiver: Receiver;
    let nodeRed: NodeRedProcess;
    let statuses: StatusFeed;
    let debug: DebugFeed;

    before(async () => {
      receiver = await startReceiver();
      nodeRed = await startNodeRed({ version, flows: [] });
      statuses = await openStatusFeed(nodeRed.url);
      debug = await openDebugFeed(nodeRed.url);
    });
    after(async () => {
      statuses.close();
      debug.close();
      await nodeRed.stop();
      await receiver.close();
    });

    async function push(path: string, callId: string): Promise<number> {
      const body = JSON.stringify({ eventType: 'call.ended', callId });
      const headers = { 'content-type': 'application/json' };
      return (await nodeRed.api(path, { method: 'POST', headers, body })).status;
    }

    const shown = (id: string, text: RegExp) => statuses.waitFor(id, (status) => text.test(String(status['text'])));

    it('that adds a source brings back those who listen to it', async () => {
      const flow = (...sources: FlowNode[]) => [TAB, ...sources, hears('in', 'pbx', 'shown'), shows('shown')];
      await nodeRed.deploy(flow(source('pbx', '/pbx')));
      await nodeRed.deploy(flow(), 'nodes');
      await shown('in', /^check Source$/);
      assert.equal(await push('pbx', 'while it was gone'), 404);
      await nodeRed.deploy(flow(source('pbx', '/pbx')), 'nodes');
      assert.equal(await push('pbx', 'again'), 200);
      const [message] = (await debug.waitFor('shown', 1)) as { event?: { callId?: string } }[];
      assert.equal(message?.event?.callId, 'again');
      await shown('in', /^call\.ended/);
    });

    it('that adds an endpoint brings back those who send to it, and what waits for it goes', async () => {
      const flow = (...endpoints: FlowNode[]) => [
        TAB,
        ...endpoints,
        { ...at, id: 'press', type: 'inject', props: [{ p: 'payload' }], payload: 'x', wires: [['out']] },
        {
          ...at,
          id: 'out',
          type: 'telephony-webhook-out',
          endpoint: 'crm',
          schedule: 'fixed',
          initialDelayMs: 1_000,
          maxAttempts: 1000,
          jitter: 0,
          wires: [[], []],
        },
      ];
      const crm = { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: receiver.url };
      receiver.answer({ status: 503 });
      await nodeRed.deploy(flow(crm));
      await nodeRed.inject('press');
      await receiver.waitFor(1);
      await shown('out', /^try \d/);
      await nodeRed.deploy(flow(), 'nodes');
      await shown('out', /^check Endpoint$/);
      receiver.answer({});
      const before = receiver.requests.length;
      await nodeRed.deploy(flow(crm), 'nodes');
      await receiver.waitFor(before + 1);
      await shown('out', /^delivered/);
      await nodeRed.inject('press');
      await receiver.waitFor(before + 2);
    });

    it('that adds an endpoint takes the complaint from below a node for which nothing waits', async () => {
      const flow = (...endpoints: FlowNode[]) => [
        TAB,
        ...endpoints,
        { ...at, id: 'idle', type: 'telephony-webhook-out', endpoint: 'crm', wires: [[], []] },
      ];
      await nodeRed.deploy(flow());
      await shown('idle', /^check Endpoint$/);
      await nodeRed.deploy(flow({ id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: receiver.url }), 'nodes');
      await statuses.waitFor('idle', ({ text }) => text === undefined);
    });

    it('that adds what an endpoint lacks brings back the endpoint, too', async () => {
      const flow = (...certificates: FlowNode[]) => [
        TAB,
        ...certificates,
        { id: 'crm', type: 'telephony-webhook-endpoint', baseUrl: receiver.url, tls: 'certificate' },
        { ...at, id: 'press', type: 'inject', props: [{ p: 'payload' }], payload: 'x', wires: [['by-tls']] },
        { ...at, id: 'by-tls', type: 'telephony-webhook-out', endpoint: 'crm', wires: [[], []] },
      ];
      const certificate = { id: 'certificate', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true };
      await nodeRed.deploy(flow(certificate));
      await nodeRed.deploy(flow(), 'nodes');
      await shown('by-tls', /^check Endpoint$/);
      await nodeRed.deploy(flow(certificate), 'nodes');
      await statuses.waitFor('by-tls', ({ text }) => text === undefined);
      const before = receiver.requests.length;
      await nodeRed.inject('press');
      await receiver.waitFor(before + 1);
      await shown('by-tls', /^delivered/);
    });

    it('that makes a path free gives it to the source that waits for it', async () => {
      const flow = (first: string) => [
        TAB,
        source('a', first),
        source('b', '/x'),
        hears('in-b', 'b', 'shown-b'),
        shows('shown-b'),
      ];
      await nodeRed.deploy(flow('/x'));
      await shown('in-b', /^path not available$/);
      await nodeRed.deploy(flow('/y'), 'nodes');
      await shown('in-b', /^waits for calls$/);
      assert.deepEqual([await push('x', 'to b'), await push('y', 'to a')], [200, 200]);
      const messages = (await debug.waitFor('shown-b', 1)) as { event?: { callId?: string } }[];
      assert.deepEqual(
        messages.map(({ event }) => event?.callId),
        ['to b'],
      );
      await nodeRed.deploy(flow('/y'), 'nodes');
      assert.equal(await push('x', 'after one more'), 200);
    });
  });
}
