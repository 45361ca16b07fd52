/** What webhook out and retry have been handed is stored before an orderly stop lets the process end. */
import assert from 'node:assert/strict';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { askUntil } from '../support/patience';

/** Enough for the disk to be at it still when the process is told to end. */
const MESSAGES = 1000;
const RECEIVER = 'http://127.0.0.1:9';

/** POST /in/<id> hands many messages at once to that node, and is answered then. */
function entry(id: string): FlowNode[] {
  const at = { z: 'tab', x: 1, y: 1 };
  const func = `
    const many = Array.from({ length: ${MESSAGES} }, (_, n) => ({ n, statusCode: 500, payload: 'x'.repeat(5000) }));
    return [many, msg];`;
  return [
    { ...at, id: `in-${id}`, type: 'http in', method: 'post', url: `/in/${id}`, wires: [[`many-${id}`]] },
    { ...at, id: `many-${id}`, type: 'function', outputs: 2, func, wires: [[id], [`answer-${id}`]] },
    { ...at, id: `answer-${id}`, type: 'http response', statusCode: '200', wires: [] },
  ];
}

const flow: FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'stopped' },
  ...entry('out'),
  ...entry('retry'),
  {
    ...{ id: 'retry', type: 'telephony-webhook-retry', z: 'tab', x: 1, y: 1 },
    ...{ schedule: 'fixed', initialDelayMs: 100, jitter: 0, wires: [['out'], []] },
  },
  {
    ...{ id: 'out', type: 'telephony-webhook-out', z: 'tab', x: 1, y: 1 },
    ...{ url: RECEIVER, orderBy: '', wires: [[], []] },
  },
];

for (const version of NODE_RED_VERSIONS) {
  describe(`an orderly stop of Node-RED ${version}`, function () {
    this.timeout(120_000);
    let nodeRed: NodeRedProcess;

    beforeEach(async () => {
      nodeRed = await startNodeRed({ version, flows: flow });
      await nodeRed.api(`telephony-webhooks/endpoints/${encodeURIComponent(RECEIVER)}/pause`, { method: 'POST' });
    });
    afterEach(() => nodeRed?.stop());

    for (const id of ['out', 'retry']) {
      it(`loses nothing that ${id} has been handed`, async () => {
        const answer = await nodeRed.api(`in/${id}`, { method: 'POST' });
        assert.equal(answer.status, 200);
        await nodeRed.restart();
        const { total } = await askUntil(
          () => nodeRed.get<{ total: number }>('telephony-webhooks/deliveries?limit=1'),
          (log) => log.total >= MESSAGES,
        );
        assert.equal(total, MESSAGES);
      });
    }
  });
}
