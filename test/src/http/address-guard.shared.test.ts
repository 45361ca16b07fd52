import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { describe, it } from 'mocha';
import { AddressGuard } from '../../../src/http/address-guard';
import { scopeOf } from '../../../src/http/ip-address';
import { prepareHead } from '../../../src/http/request-head';
import { post } from '../../support/wire';

const ssrf = '../shared/vectors/ssrf/ssrf-urls.json';
const registries = ['4', '6'].map((version) => `../shared/vectors/iana/iana-ipv${version}-special-registry.csv`);

const CARRIERS = ['::ffff:0:0/96', '64:ff9b::/96', '2002::/16'];

const guard = new AddressGuard({ policy: 'public', hostTyped: true });

/** Why nothing is sent to the URL before DNS is asked. */
function refusal(url: string): string | undefined {
  const head = prepareHead(post(url), 'test');
  return 'message' in head ? head.message : guard.judgeHost(head.url.hostname)?.message;
}

if (existsSync(ssrf)) {
  describe('the policy "public", by the vectors', () => {
    const { mustBlockOrReject, mustAllow } = JSON.parse(readFileSync(ssrf, 'utf8')) as Record<
      'mustBlockOrReject' | 'mustAllow',
      { url: string; why: string }[]
    >;
    for (const { url, why } of mustBlockOrReject) {
      it(`refuses ${url} (${why})`, () => {
        assert.notEqual(refusal(url), undefined);
      });
    }
    for (const { url, why } of mustAllow) {
      it(`allows ${url} (${why})`, () => {
        assert.equal(refusal(url), undefined);
      });
    }
  });
}

if (existsSync(ssrf)) {
  describe('DNS answers of the vectors', () => {
    const { rebinding } = JSON.parse(readFileSync(ssrf, 'utf8')) as { rebinding: { sequences: string[][][] } };
    for (const answers of rebinding.sequences) {
      it(`${JSON.stringify(answers)}: only what is public is connected to`, async () => {
        for (const answer of answers) {
          const list = answer.map((address) => ({ address, family: isIP(address) }));
          const { lookup } = new AddressGuard({
            policy: 'public',
            hostTyped: true,
            resolve: (_host, _options, callback) => callback(null, list),
          });
          const left = await new Promise((resolve) =>
            lookup('name.example', { all: true }, (error, found) => resolve(error ? [] : found)),
          );
          assert.deepEqual(
            left,
            list.filter(({ address }) => scopeOf(address).scope === 'public'),
          );
        }
      });
    }
  });
}

if (registries.every((file) => existsSync(file))) {
  describe('the special-purpose registries of IANA', () => {
    const blocks = registries.flatMap((file) =>
      records(readFileSync(file, 'utf8'))
        .slice(1)
        .flatMap(([names = '', name = '', ...columns]) =>
          names
            .replace(/\[\d+\]/g, '')
            .split(',')
            // Columns count from RFC: allocation, termination, source, destination, forwardable, globally reachable.
            .map((block) => ({ block: block.trim(), name, isReachable: columns[6] === 'True' })),
        ),
    );
    for (const { block, name, isReachable } of blocks) {
      it(`${block} (${name}) is ${isReachable ? '' : 'not '}public, from its first address to its last`, () => {
        const [first = '', last = '', middle = ''] = edgesOf(block);
        // Blocks that mean what they carry: 0.0.0.0 and 255.255.255.255 at the edges, a public address in the middle.
        const carries = CARRIERS.includes(block);
        for (const address of carries ? [first, last] : [first, last, middle]) {
          // A block inside another one decides for its addresses.
          const inner = blocks.filter((other) => contains(other.block, address)).at(-1);
          if (inner?.block !== block && inner?.isReachable !== isReachable) continue;
          assert.equal(scopeOf(address).scope === 'public', isReachable && !carries, address);
        }
      });
    }
  });
}

/** First, last and middle address. */
function edgesOf(block: string): readonly string[] {
  const [address = '', bits = ''] = block.split('/');
  const width = isIP(address) === 6 ? 128 : 32;
  const first = numberOf(address);
  const size = 1n << BigInt(width - Number(bits));
  return [first, first + size - 1n, first + size / 2n].map((number) =>
    width === 32
      ? [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.')
      : new URL(
          `http://[${number
            .toString(16)
            .padStart(32, '0')
            .replace(/....(?=.)/g, '$&:')}]/`,
        ).hostname.slice(1, -1),
  );
}

function numberOf(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const [head = '', tail = ''] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = [...head, ...new Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

function contains(block: string, address: string): boolean {
  const list = new BlockList();
  const [start = '', bits = ''] = block.split('/');
  if (isIP(start) !== isIP(address)) return false;
  const family = isIP(start) === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(start, Number(bits), family);
  return list.check(address, family);
}

/** Records of a CSV text; quotes may hold commas and line breaks. */
function records(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, separator] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (separator !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}
