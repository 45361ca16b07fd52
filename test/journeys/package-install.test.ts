/** The package as a user gets it: packed by npm, installed into an empty Node-RED user directory, at work. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import {
  type FlowNode,
  NODE_RED_VERSIONS,
  type NodeRedProcess,
  packRoot,
  startNodeRed,
} from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';
import { startReceiver } from '../support/receiver';

interface NodeSet {
  readonly id: string;
  readonly module: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly err?: string;
}

const manifest = JSON.parse(readFileSync(join(packRoot, 'package.json'), 'utf8')) as {
  name: string;
  engines: { node: string };
  'node-red': { nodes: Record<string, string> };
};
const types = Object.keys(manifest['node-red'].nodes);

/** npm on the Node.js that runs the tests: the machine's own may be too old for `--engine-strict`. */
function npm(cwd: string, ...args: string[]): string {
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
  return execFileSync('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, NODE_OPTIONS: '' },
    timeout: 120_000,
    shell: process.platform === 'win32',
  });
}

function eventToReceiver(url: string): readonly FlowNode[] {
  const common = { z: 'tab', x: 0, y: 0 };
  return [
    { id: 'tab', type: 'tab', label: 'installed' },
    {
      ...common,
      id: 'press',
      type: 'inject',
      props: [{ p: 'payload' }],
      payload: 'Ann',
      payloadType: 'str',
      wires: [['make']],
    },
    {
      ...common,
      id: 'make',
      type: 'telephony-webhook-template',
      url: `${url}/hello`,
      user: [{ key: 'name', type: 'text', value: '{{upper msg.payload}}' }],
      wires: [['send']],
    },
    { ...common, id: 'send', type: 'telephony-webhook-out', wires: [[], []] },
  ];
}

describe('the packed package', function () {
  this.timeout(240_000);
  let folder: string;
  let tarball: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'telephony-package-'));
    // What prepack would build has been built, and others are using it.
    const [packed] = JSON.parse(npm(packRoot, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder)) as {
      filename: string;
    }[];
    tarball = join(folder, packed?.filename ?? '');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const version of NODE_RED_VERSIONS) {
    describe(`in an empty user directory of Node-RED ${version}`, () => {
      let nodeRed: NodeRedProcess;

      before(async () => {
        const userDir = join(folder, version);
        mkdirSync(userDir);
        npm(userDir, 'init', '-y');
        npm(userDir, 'install', '--engine-strict', '--ignore-scripts', '--prefer-offline', tarball);
        nodeRed = await startNodeRed({ version, userDir, pack: false });
      });
      after(() => nodeRed?.stop());

      it('has every node in the palette, without an error', async () => {
        const all = await nodeRed.get<readonly NodeSet[]>('/nodes');
        const own = all.filter(({ module }) => module === manifest.name);
        assert.deepEqual(own.flatMap((set) => set.types).sort(), [...types].sort());
        for (const { id, enabled, err } of own)
          assert.deepEqual({ id, enabled, err }, { id, enabled: true, err: undefined });
        assert.doesNotMatch(nodeRed.log, /\[error\]|Error:/);
      });

      it('has the sidebar, icons and examples', async () => {
        const plugins = await nodeRed.api('/plugins', { headers: { accept: 'text/html' } });
        assert.match(await plugins.text(), /registerPlugin\("telephony-deliveries-sidebar"/);
        const icon = await nodeRed.api(`/icons/${manifest.name}/telephony-webhook-out.svg`);
        assert.equal(icon.status, 200);
        assert.match(icon.headers.get('content-type') ?? '', /svg/);
        const examples = await nodeRed.get<readonly { fn: string }[]>(`/library/examples/flows/${manifest.name}/`);
        const titles = readdirSync(join(packRoot, 'examples')).map((file) => file.replace(/\.json$/, ''));
        assert.deepEqual(examples.map(({ fn }) => fn).sort(), titles.sort());
      });

      it('delivers a webhook', async () => {
        const receiver = await startReceiver();
        try {
          await nodeRed.deploy(eventToReceiver(receiver.url));
          await nodeRed.inject('press');
          const [request] = await receiver.waitFor(1);
          assert.equal(request?.text, '{"name":"ANN"}');
        } finally {
          await receiver.close();
        }
      });
    });
  }

  describe('on the oldest Node.js that it may run on', () => {
    const oldest = `${/\d+\.\d+/.exec(manifest.engines.node)?.[0]}.0`;
    const crm = 'telephony-webhook-out';
    let nodeRed: NodeRedProcess;

    before(async () => {
      const userDir = join(folder, 'oldest');
      mkdirSync(userDir);
      npm(userDir, 'init', '-y');
      // What the package "node" fetches by a script: the program for this machine.
      const program = `node-${process.platform}-${process.arch}`;
      npm(userDir, 'install', '--ignore-scripts', '--prefer-offline', tarball, `${program}@${oldest}`);
      const node = join(userDir, 'node_modules', program, 'bin', 'node');
      nodeRed = await startNodeRed({ version: '5', userDir, pack: false, node });
    });
    after(() => nodeRed?.stop());

    it('delivers what fails at first, holds what a retry node got, and has both in the log after a restart', async () => {
      assert.match(nodeRed.log, new RegExp(`Node.js +version: v${oldest.replaceAll('.', '\\.')}`));
      const receiver = await startReceiver(({ url, number }) => ({
        status: url === '/held' || number === 1 ? 500 : 200,
      }));
      try {
        const [tab, press, make, send] = eventToReceiver(receiver.url);
        const at = { z: 'tab', x: 0, y: 0 };
        await nodeRed.deploy([
          ...[tab, press, make].flatMap((one) => (one ? [one] : [])),
          { ...send, id: 'send', type: crm, schedule: 'list', delays: '50ms', jitter: 0 },
          {
            ...at,
            id: 'twice',
            type: 'inject',
            props: [{ p: 'payload' }],
            payload: 'Bea',
            payloadType: 'str',
            wires: [['held']],
          },
          {
            ...at,
            id: 'held',
            type: crm,
            url: `${receiver.url}/held`,
            method: 'POST',
            retryIfError: false,
            wires: [[], ['hold']],
          },
          {
            ...at,
            id: 'hold',
            type: 'telephony-webhook-retry',
            schedule: 'fixed',
            initialDelayMs: 3_600_000,
            wires: [['held'], []],
          },
        ]);
        await nodeRed.inject('press');
        await receiver.waitFor(2);
        await nodeRed.inject('twice');
        await receiver.waitFor(3);
        const states = async (): Promise<unknown[]> => {
          const { deliveries } = await nodeRed.get<{ deliveries: { state: string; attemptCount: number }[] }>(
            '/telephony-webhooks/deliveries',
          );
          return deliveries.map(({ state, attemptCount }) => [state, attemptCount]);
        };
        const expected = [
          ['waiting', 1],
          ['delivered', 2],
        ];
        const endMs = performance.now() + PATIENCE_MS;
        while (JSON.stringify(await states()) !== JSON.stringify(expected) && performance.now() < endMs);
        assert.deepEqual(await states(), expected);
        await nodeRed.restart();
        assert.deepEqual(await states(), expected);
        assert.doesNotMatch(nodeRed.log, /\[error\]|Error:/);
      } finally {
        await receiver.close();
      }
    });
  });
});
