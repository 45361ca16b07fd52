/** However an address is written in a URL, the guard judges the address. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AddressGuard } from '../../../src/http/address-guard';
import { scopeOf } from '../../../src/http/ip-address';
import { prepareHead } from '../../../src/http/request-head';
import { post } from '../../support/wire';

const guard = new AddressGuard({ policy: 'public', hostTyped: true });

/** Why nothing is sent to the URL before DNS is asked. */
function refusal(url: string): string {
  const head = prepareHead(post(url), 'test');
  return 'message' in head ? head.message : (guard.judgeHost(head.url.hostname)?.message ?? 'allowed');
}

describe('a spelling of a forbidden address', () => {
  const spellings: [url: string, reason: RegExp][] = [
    ['http://127.1/', /loopback/],
    ['http://2130706433/', /loopback/],
    ['http://0x7f.1/', /loopback/],
    ['http://0x7f000001/', /loopback/],
    ['http://0177.0.0.1/', /loopback/],
    ['http://127.0.0.1./', /loopback/],
    ['http://①②⑦.0.0.1/', /loopback/],
    ['http://１２７.0.0.1/', /loopback/],
    ['http://127。0。0。1/', /loopback/],
    ['http://%31%32%37.0.0.1/', /loopback/],
    ['http://127%2e0%2e0%2e1/', /loopback/],
    ['http://[::ffff:7f00:1]/', /loopback/],
    ['http://[::127.0.0.1]/', /loopback/],
    ['http://[0:0:0:0:0:0:0:1]/', /loopback/],
    ['http://LOCALHOST/', /loopback/],
    ['http://ⓛocalhost./', /loopback/],
    ['http://x.localhost/', /loopback/],
    ['http://user:pw@127.0.0.1/', /loopback/],
    ['http://127.0.0.1#@crm.example/', /loopback/],
    ['http:127.0.0.1/', /loopback/],
    ['http:\\\\127.0.0.1/', /loopback/],
    ['http://127.0.0.1\\@crm.example/', /loopback/],
    ['http://0/', /unspecified/],
    ['http://[::]/', /unspecified/],
    ['http://0xa9fea9fe/', /metadata/],
    ['http://[::ffff:169.254.169.254]/', /metadata/],
    ['http://METADATA.google.internal./', /metadata/],
    // No URL: a zone, an octal number of another language, too many parts, white space before the host's end
    ['http://[fe80::1%25eth0]/', /cannot be read/],
    ['http://[fe80::1%eth0]/', /cannot be read/],
    ['http://0o177.0.0.1/', /cannot be read/],
    ['http://127.0.0.0.1/', /cannot be read/],
    ['http://93.184.216.34 @127.0.0.1/', /cannot be read/],
    ['//127.0.0.1/', /cannot be read/],
    ['file:///etc/passwd', /only http: and https:/],
  ];
  for (const [url, reason] of spellings) {
    it(`${url} is refused`, () => {
      assert.match(refusal(url), reason);
    });
  }

  it('made of any numbers, bases and characters is judged as the address that it means', () => {
    const base = fc.constantFrom<(value: number) => string>(
      (value) => String(value),
      (value) => `0x${value.toString(16)}`,
      (value) => `0X000${value.toString(16).toUpperCase()}`,
      (value) => `0${value.toString(8)}`,
    );
    const parts = fc.tuple(fc.integer({ min: 1, max: 4 }), base, base, base, base);
    const disguise = fc.constantFrom<(character: string) => string>(
      (character) => character,
      (character) => `%${character.charCodeAt(0).toString(16)}`,
      (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0),
      (character) => (character === '.' ? '。' : character),
    );
    const disguises = fc.array(disguise, { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(fc.ipV4(), parts, disguises, fc.constantFrom('', '.'), (address, [count, ...bases], how, end) => {
        const bytes = address.split('.').map(Number);
        // The last part holds all bytes that have no part of their own.
        const last = bytes.slice(count - 1).reduce((sum, byte) => sum * 256 + byte, 0);
        const numbers = [...bytes.slice(0, count - 1), last];
        const plain = numbers.map((number, index) => bases[index]?.(number)).join('.');
        const spelled = [...plain].map((character, index) => how[index % how.length]?.(character)).join('');
        const isPublic = scopeOf(address).scope === 'public';
        assert.equal(refusal(`http://${spelled}${end}/`) === 'allowed', isPublic, spelled);
      }),
    );
  });
});
