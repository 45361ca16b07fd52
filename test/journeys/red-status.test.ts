import assert from 'node:assert/strict';
import { type FlowNode, NODE_RED_VERSIONS, startNodeRed } from '../support/node-red-process';
import { openStatusFeed } from '../support/status-feed';

const OUT = { type: 'telephony-webhook-out', url: 'http://127.0.0.1:1/', orderBy: '' };
const RETRY = { type: 'telephony-webhook-retry' };

const CASES: [why: string, saved: Record<string, unknown> & { type: string }, shape: string, text: RegExp][] = [
  ['its receiver refuses', { ...OUT, retryIfError: false }, 'dot', /^nobody listens$/],
  ['its settings cannot work', { ...OUT, success: '9xx' }, 'ring', /^check Success codes$/],
  ['its store does not exist', { ...OUT, store: 'none' }, 'ring', /^check Store$/],
  ['its store cannot be opened', { ...OUT, store: 'impossible' }, 'ring', /^disk refuses/],
  ['its endpoint does not exist', { ...OUT, endpoint: 'none' }, 'ring', /^check Endpoint$/],
  ['its endpoint cannot work', { ...OUT, endpoint: 'wrong' }, 'ring', /^check Endpoint$/],
  ['a retry gives up', { ...RETRY, maxAttempts: 1 }, 'dot', /^given up/],
  ['the schedule of a retry cannot work', { ...RETRY, schedule: 'list', delays: 'soon' }, 'ring', /^check Waits$/],
  ['the store of a retry does not exist', { ...RETRY, store: 'none' }, 'ring', /^check Store$/],
  [
    'the store of a deliveries node does not exist',
    { type: 'telephony-deliveries', store: 'none' },
    'ring',
    /^check Store$/,
  ],
];

for (const version of NODE_RED_VERSIONS) {
  describe(`Node-RED ${version}`, () => {
    it('shows a red status wherever a node cannot do what it is for', async () => {
      const at = { z: 'tab', x: 1, y: 1 };
      const nodes = CASES.map(([, saved], index) => ({ ...at, ...saved, id: `node-${index}`, wires: [[], []] }));
      const flows: FlowNode[] = [
        { id: 'tab', type: 'tab', label: 'red' },
        { id: 'impossible', type: 'telephony-delivery-store', path: '/dev/null/deliveries.db' },
        { id: 'wrong', type: 'telephony-webhook-endpoint', baseUrl: 'ftp://crm.test' },
        ...nodes,
        {
          ...at,
          id: 'press',
          type: 'inject',
          props: [{ p: 'payload' }],
          payload: 'x',
          payloadType: 'str',
          wires: [nodes.map(({ id }) => id)],
        },
      ];
      const nodeRed = await startNodeRed({ version, flows });
      const feed = await openStatusFeed(nodeRed.url);
      try {
        const areRed = async (wanted: 'ring' | 'dot'): Promise<void> => {
          for (const [index, [why, , shape, text]] of CASES.entries()) {
            if (shape !== wanted) continue;
            const status = await feed.waitFor(`node-${index}`, ({ fill }) => fill === 'red');
            assert.equal(status['shape'], shape, why);
            assert.match(String(status['text']), text, why);
          }
        };
        await areRed('ring'); // before any message
        await nodeRed.inject('press');
        await areRed('dot');
        assert.equal((await nodeRed.api('settings')).status, 200, 'Node-RED lives');
      } finally {
        feed.close();
        await nodeRed.stop();
      }
    });
  });
}
