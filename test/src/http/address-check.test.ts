import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { describe, it } from 'mocha';
import { checkAddress } from '../../../src/http/address-check';
import { AddressGuard, type AddressGuardOptions, type Resolve } from '../../../src/http/address-guard';
import { inEnglish } from '../../support/in-english';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'crm.example': ['93.184.216.34', '2606:2800:21f::1'],
  'nas.example': ['192.168.1.20'],
  'both.example': ['fe80::1', '93.184.216.34'],
};

const resolve: Resolve = (hostname, _options, callback) => {
  const found = NAMES[hostname];
  const answers = (found ?? []).map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  const unknown = Object.assign(new Error('not found'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
  setImmediate(() => callback(found ? null : unknown, answers));
};

const verdict = (url: string, rule: Partial<AddressGuardOptions> = {}, isProxied = false) =>
  checkAddress(new AddressGuard({ policy: 'lan', hostTyped: true, resolve, ...rule }), new URL(url), isProxied);

describe('an address that is checked before anything is sent', () => {
  it('is allowed with the addresses that DNS answers', async () => {
    assert.deepEqual(await verdict('https://crm.example/x'), {
      kind: 'allowed',
      addresses: ['93.184.216.34', '2606:2800:21f::1'],
    });
  });

  it('is allowed with those of its addresses that may be reached', async () => {
    assert.deepEqual(await verdict('https://both.example'), { kind: 'allowed', addresses: ['93.184.216.34'] });
  });

  it('is refused for where its name leads', async () => {
    const refused = await verdict('http://nas.example', { hostTyped: false });
    assert.equal(refused.kind, 'refused');
    assert.match('reason' in refused ? refused.reason.message : '', /^nas\.example leads to 192\.168\.1\.20/);
  });

  it('is unknown where DNS knows nothing of it', async () => {
    const unknown = await verdict('http://gone.example');
    assert.deepEqual(inEnglish(unknown), {
      kind: 'unknown',
      reason: {
        message: 'The name gone.example is not known (DNS has no address for it). Check the spelling of the host.',
      },
    });
  });

  it('needs no DNS where it is an address, in whatever spelling', async () => {
    for (const [url, address] of [
      ['http://0x0a000005:8080', '10.0.0.5'],
      ['http://[fd00::1]/', 'fd00::1'],
    ] as const) {
      assert.deepEqual(await verdict(url), { kind: 'allowed', addresses: [address] });
    }
  });

  it('is judged by its name alone where a proxy asks DNS', async () => {
    assert.deepEqual(await verdict('http://nas.example', {}, true), { kind: 'allowed', addresses: [] });
    const list = { policy: 'list', allow: ['10.0.0.0/8'] } as const;
    assert.equal((await verdict('http://nas.example', list, true)).kind, 'refused');
  });
});
