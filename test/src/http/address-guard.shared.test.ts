import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { AddressGuard } from '../../../src/http/address-guard';
import { scopeOf } from '../../../src/http/ip-address';
import { prepareHead } from '../../../src/http/request-head';
import { post } from '../../support/wire';

const ssrf = '../shared/vectors/ssrf/ssrf-urls.json';
const registries = ['4', '6'].map((version) => `../shared/vectors/iana/iana-ipv${version}-special-registry.csv`);

const guard = new AddressGuard({ policy: 'public', hostTyped: true });

/** Why nothing is sent to the URL before DNS is asked. */
function refusal(url: string): string | undefined {
  const head = prepareHead(post(url), 'test');
  return typeof head === 'string' ? head : guard.judgeHost(head.url.hostname);
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

if (registries.every((file) => existsSync(file))) {
  describe('the special-purpose registries of IANA', () => {
    for (const file of registries) {
      for (const [blocks = '', name = '', ...columns] of records(readFileSync(file, 'utf8')).slice(1)) {
        for (const block of blocks.replace(/\[\d+\]/g, '').split(',')) {
          const [address = ''] = block.trim().split('/');
          // Columns count from RFC: allocation, termination, source, destination, forwardable, globally reachable.
          const reachable = columns[6] ?? '';
          it(`${block.trim()} (${name}) is ${reachable === 'True' ? '' : 'not '}public`, () => {
            const isPublic = scopeOf(address).scope === 'public';
            // 64:ff9b::/96 means what it carries; its first address carries 0.0.0.0.
            assert.equal(isPublic, reachable === 'True' && address !== '64:ff9b::');
          });
        }
      }
    }
  });
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
