import assert from 'node:assert/strict';
import { providerAddress, reachOf } from '../../../../src/sources/http-push/provider-address';

const origin = 'https://red.example.com:1880';

describe('the address that is given to a provider', () => {
  for (const [what, parts, expected] of [
    ['is below the origin of the editor', {}, 'https://red.example.com:1880/calls'],
    ['is below the root of HTTP nodes', { root: '/hooks/' }, 'https://red.example.com:1880/hooks/calls'],
    ['has one slash between its parts', { root: '/', path: '//calls/' }, 'https://red.example.com:1880/calls'],
    ['needs no slash before the path', { path: 'calls' }, 'https://red.example.com:1880/calls'],
    ['is below the public origin', { publicUrl: 'https://pbx.example.com' }, 'https://pbx.example.com/calls'],
    ['is the public address', { publicUrl: 'https://pbx.example.com/in/', root: '/r' }, 'https://pbx.example.com/in'],
    ['is written as it is sent', { path: '/дзвінки' }, `https://red.example.com:1880/${encodeURI('дзвінки')}`],
    ['is the root itself', { path: '/' }, 'https://red.example.com:1880/'],
  ] as const) {
    it(what, () => {
      const address = providerAddress({ origin, root: '/', path: '/calls', publicUrl: '', ...parts });
      assert.equal(address?.href, expected);
    });
  }

  for (const publicUrl of ['pbx.example.com', 'ftp://pbx.example.com', 'https://']) {
    it(`is not known while the public address is ${publicUrl}`, () => {
      assert.equal(providerAddress({ origin, root: '/', path: '/calls', publicUrl }), undefined);
    });
  }
});

describe('the reach of an address', () => {
  for (const [reach, hosts] of Object.entries({
    'this-machine': [
      'localhost',
      'red.localhost',
      '127.0.0.1',
      '127.8.0.1',
      '2130706433',
      '[::1]',
      '[::ffff:127.0.0.1]',
    ],
    'own-network': [
      ...['10.1.2.3', '172.16.0.1', '172.31.255.1', '192.168.0.7', '169.254.1.1', '100.64.0.1'],
      ...['[fd00::1]', '[fe80::1]', 'raspberrypi', 'raspberrypi.local', 'red.home.arpa', 'red.internal'],
    ],
    internet: ['pbx.example.com', '172.32.0.1', '100.128.0.1', '8.8.8.8', '[2606:4700::1]', 'local.example.com'],
  })) {
    for (const host of hosts) {
      it(`of ${host} is ${reach}`, () => assert.equal(reachOf(new URL(`http://${host}/`)), reach));
    }
  }
});
