import assert from 'node:assert/strict';
import { calledUrl } from '../../../../src/sources/http-push/called-url';

const plain: Parameters<typeof calledUrl>[0] = {
  headers: { host: 'pbx.lan:1880' },
  subPath: '/77',
  target: '/red/events/77?src=1&b=%20',
  isEncrypted: false,
};

describe('The address that a provider called', () => {
  const cases: readonly (readonly [title: string, called: Partial<typeof plain>, publicUrl: string, url: string])[] = [
    ['is the one that arrived', {}, '', 'http://pbx.lan:1880/red/events/77?src=1&b=%20'],
    ['came by TLS', { isEncrypted: true }, '', 'https://pbx.lan:1880/red/events/77?src=1&b=%20'],
    [
      'is what proxies say, of several the first',
      { headers: { host: 'x', 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'pbx.example.com' } },
      '',
      'https://pbx.example.com/red/events/77?src=1&b=%20',
    ],
    ['has the origin that is set', {}, 'https://pbx.example.com', 'https://pbx.example.com/red/events/77?src=1&b=%20'],
    ['has it also with a slash', {}, 'https://pbx.example.com/', 'https://pbx.example.com/red/events/77?src=1&b=%20'],
    ['has the path that is set', {}, 'https://pbx.example.com/hooks', 'https://pbx.example.com/hooks/77?src=1&b=%20'],
    ['has no query', { target: '/red/events', subPath: '' }, 'https://a.test/hooks/', 'https://a.test/hooks'],
    ['is unknown without a host', { headers: {} }, '', 'http:///red/events/77?src=1&b=%20'],
  ];
  for (const [title, called, publicUrl, url] of cases) {
    it(title, () => assert.equal(calledUrl({ ...plain, ...called }, publicUrl), url));
  }
});
