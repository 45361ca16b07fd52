import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'mocha';
import { type FlowNode, NODE_RED_VERSIONS, type NodeRedProcess, startNodeRed } from './node-red-process';
import { PATIENCE_MS } from './patience';

/** Core nodes only: answers with the text given. */
function answering(text: string): readonly FlowNode[] {
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    { id: 'in', type: 'http in', z: 'tab', url: '/hello', method: 'get', wires: [['text']] },
    { id: 'text', type: 'template', z: 'tab', field: 'payload', template: text, output: 'str', wires: [['answer']] },
    { id: 'answer', type: 'http response', z: 'tab', wires: [] },
  ];
}

for (const version of NODE_RED_VERSIONS) {
  describe(`a Node-RED ${version} process`, () => {
    let nodeRed: NodeRedProcess | undefined;
    afterEach(async () => {
      await nodeRed?.stop();
      nodeRed = undefined;
    });

    it('runs the flows given, deploys others, and has them again after a kill and after a restart', async () => {
      nodeRed = await startNodeRed({ version, flows: answering('first'), pack: false });
      const hello = async (): Promise<string> => (await nodeRed?.api('/hello'))?.text() ?? '';
      assert.equal(await hello(), 'first');
      await nodeRed.deploy(answering('second'));
      assert.equal(await hello(), 'second');
      const { pid, url } = nodeRed;
      await nodeRed.kill9();
      await assert.rejects(hello());
      await nodeRed.restart();
      assert.equal(await hello(), 'second');
      assert.notEqual(nodeRed.pid, pid);
      await nodeRed.restart();
      assert.equal(await hello(), 'second');
      assert.equal(nodeRed.url, url);
      assert.ok((await nodeRed.get<{ version: string }>('/settings')).version.startsWith(`${version}.`));
      await nodeRed.stop();
      assert.equal(existsSync(nodeRed.userDir), false);
    }).timeout(5 * PATIENCE_MS); // it starts three times, and stops as often

    it('says at once which type is missing', async () => {
      const flows = [...answering('x'), { id: 'odd', type: 'no-such-type', z: 'tab', wires: [] }];
      await assert.rejects(startNodeRed({ version, flows, pack: false }), /misses types[\s\S]*no-such-type/);
    });
  });
}
