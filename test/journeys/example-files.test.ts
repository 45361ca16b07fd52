/** What every importable example must be, without running it: whole, understood by the nodes, and explained. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as deliveries from '../../nodes/telephony-deliveries/config';
import * as store from '../../nodes/telephony-delivery-store/config';
import * as eventIn from '../../nodes/telephony-event-in/config';
import * as source from '../../nodes/telephony-source/config';
import * as endpoint from '../../nodes/telephony-webhook-endpoint/config';
import * as out from '../../nodes/telephony-webhook-out/config';
import * as retry from '../../nodes/telephony-webhook-retry/config';
import * as template from '../../nodes/telephony-webhook-template/config';
import type { Problem } from '../../src/errors';
import { readExamples, type SavedNode, WRITTEN_ADDRESS } from '../support/example-flows';

interface Config {
  readonly defaults: object;
  parseConfig(saved: unknown): { readonly problems: readonly Problem[] };
}

const CONFIGS: Readonly<Record<string, Config>> = {
  'telephony-deliveries': deliveries,
  'telephony-delivery-store': store,
  'telephony-event-in': eventIn,
  'telephony-source': source,
  'telephony-webhook-endpoint': endpoint,
  'telephony-webhook-out': out,
  'telephony-webhook-retry': retry,
  'telephony-webhook-template': template,
};
/** Config nodes may stay out of the examples; everything in the palette may not. */
const CONFIG_NODES: ReadonlySet<string> = new Set([
  'telephony-source',
  'telephony-webhook-endpoint',
  'telephony-delivery-store',
]);
const CORE = new Set([
  'tab',
  'comment',
  'inject',
  'debug',
  'change',
  'function',
  'delay',
  'http in',
  'http response',
  'http request',
]);
const EDITOR_PROPERTIES: ReadonlySet<string> = new Set(['id', 'type', 'z', 'x', 'y', 'wires']);

const examples = readExamples();
const isOurs = ({ type }: SavedNode): boolean => Object.hasOwn(CONFIGS, type);

describe('The importable examples', () => {
  it('show every node of the palette', () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
      'node-red': { nodes: Record<string, string> };
    };
    const palette = Object.keys(manifest['node-red'].nodes).filter((type) => !CONFIG_NODES.has(type));
    const shown = new Set(examples.flatMap(({ nodes }) => nodes.map(({ type }) => type)));
    assert.deepEqual(
      palette.filter((type) => !shown.has(type)),
      [],
    );
  });

  it('can all be imported together: no id, path or receiver is in two of them', () => {
    const nodes = examples.flatMap((example) => example.nodes);
    const paths = nodes.filter(({ kind }) => kind === 'http-push').map((node) => node['path']);
    const receivers = nodes.filter(({ type }) => type === 'http in').map((node) => `${node['method']} ${node['url']}`);
    for (const list of [nodes.map(({ id }) => id), paths, receivers]) {
      assert.deepEqual(
        list.filter((one, index) => list.indexOf(one) !== index),
        [],
      );
    }
  });

  for (const { title, nodes } of examples) {
    describe(title, () => {
      const ids = new Set(nodes.map(({ id }) => id));

      it('is on a tab of its own that has its name', () => {
        const [tab, ...more] = nodes.filter(({ type }) => type === 'tab');
        assert.equal(tab?.['label'], title);
        assert.equal(more.length, 0);
        for (const node of nodes) if (node['z'] !== undefined) assert.equal(node['z'], tab?.id);
      });

      it('begins with a comment that says in three lines what it shows, how to try it and what to change', () => {
        const first = nodes.find(({ type }) => type !== 'tab');
        assert.equal(first?.type, 'comment');
        const lines = String(first?.['info']).split('\n');
        assert.deepEqual(
          lines.map((line) => /^\* \*\*(.+?)\*\*: \S/.exec(line)?.[1]),
          ['Shows', 'Try it', 'Change'],
        );
      });

      it('has nodes of the core and of this pack only, with fixed hexadecimal ids', () => {
        for (const node of nodes) {
          assert.ok(CORE.has(node.type) || isOurs(node), node.type);
          assert.match(node.id, /^[0-9a-f]{16}$/);
        }
      });

      it('refers to nothing outside itself', () => {
        const configs = ['source', 'endpoint', 'store', 'tls', 'proxy'];
        for (const node of nodes) {
          const wires = (node['wires'] as string[][] | undefined)?.flat() ?? [];
          const used = isOurs(node)
            ? configs.map((key) => node[key]).filter((id) => typeof id === 'string' && id !== '')
            : [];
          for (const id of [...wires, ...used]) assert.ok(ids.has(String(id)), `${node['name']} → ${id}`);
        }
      });

      it('sends only to the Node-RED that it runs in', () => {
        for (const [address] of JSON.stringify(nodes.filter(({ type }) => type !== 'comment')).matchAll(
          /https?:\/\/[^"\\\s]+/g,
        )) {
          assert.ok(
            address.startsWith(`${WRITTEN_ADDRESS}/`) ||
              address === WRITTEN_ADDRESS ||
              address.includes('.example.test/'),
            address,
          );
        }
      });

      it('holds no credentials', () => {
        for (const node of nodes) assert.equal(node['credentials'], undefined);
      });

      for (const node of nodes.filter(isOurs)) {
        it(`has every property of "${node['name']}" (${node.type}) as the panel saves it`, () => {
          const config = CONFIGS[node.type];
          assert.ok(config);
          assert.deepEqual(config.parseConfig(node).problems, []);
          const saved = Object.keys(node).filter((key) => !EDITOR_PROPERTIES.has(key));
          assert.deepEqual(saved.sort(), Object.keys(config.defaults).sort());
        });
      }
    });
  }
});
