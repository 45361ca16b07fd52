import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { UserError } from '../../../src/errors';
import { AddressGuard, type AddressGuardOptions } from '../../../src/http/address-guard';
import { type Scope, scopeOf } from '../../../src/http/ip-address';
import { UndiciClient } from '../../../src/http/undici-client';
import { startReceiver } from '../../support/receiver';
import { testAuthority, testCertificates } from '../../support/tls';
import { answered, failed, Opened, post } from '../../support/wire';

const opened = new Opened();
afterEach(() => opened.closeAll());

const lanTyped = new AddressGuard({ policy: 'lan', hostTyped: true });
const lanBrought = new AddressGuard({ policy: 'lan', hostTyped: false });
const publicOnly = new AddressGuard({ policy: 'public', hostTyped: true });
const listed = (...allow: string[]): AddressGuard => new AddressGuard({ policy: 'list', hostTyped: true, allow });

describe('an address', () => {
  const scopes: [address: string, scope: Scope][] = [
    ['93.184.216.34', 'public'],
    ['2606:4700::6810:85e5', 'public'],
    ['192.0.0.9', 'public'],
    ['2001:1::1', 'public'],
    ['2001:20::1', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.255.255', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['169.254.169.254', 'never'],
    ['fd00:ec2::254', 'never'],
    ['100.100.100.200', 'never'],
    ['168.63.129.16', 'never'],
    ['169.254.1.1', 'never'],
    ['fe80::1', 'never'],
    ['fe80::1%eth0', 'never'],
    ['0.0.0.0', 'never'],
    ['0.1.2.3', 'never'],
    ['::', 'never'],
    ['224.0.0.1', 'never'],
    ['ff02::1', 'never'],
    ['255.255.255.255', 'never'],
    ['192.0.2.1', 'never'],
    ['2001:db8::1', 'never'],
    ['4000::1', 'never'],
    // Addresses inside others count as themselves.
    ['::ffff:8.8.8.8', 'public'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'never'],
    ['::127.0.0.1', 'loopback'],
    ['::ffff:0:10.0.0.1', 'private'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b::a9fe:a9fe', 'never'],
    ['64:ff9b:1::8.8.8.8', 'private'],
    ['64:ff9b:1::127.0.0.1', 'loopback'],
    ['2002:808:808::1', 'public'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:a9fe:a9fe::1', 'never'],
    ['2001:0:808:808:8000:63bf:f7f7:f7f7', 'public'],
    ['2001:0:808:808:8000:63bf:80ff:fffe', 'loopback'],
    ['2001:0:a00:1:8000:63bf:f7f7:f7f7', 'private'],
  ];
  for (const [address, scope] of scopes) {
    it(`${address} is ${scope}`, () => {
      assert.equal(scopeOf(address).scope, scope);
    });
  }
});

describe('the address guard', () => {
  const judgements: [what: string, guard: AddressGuard, host: string, refused: RegExp | undefined][] = [
    ['lan, a public address', lanTyped, '93.184.216.34', undefined],
    ['lan, a private one that was typed', lanTyped, '192.168.1.10', undefined],
    ['lan, this machine, typed', lanTyped, '127.0.0.1', undefined],
    ['lan, this machine by name, typed', lanTyped, 'localhost', undefined],
    [
      'lan, metadata, even typed',
      lanTyped,
      '169.254.169.254',
      /metadata service\)\. The address policy "lan" forbids it/,
    ],
    ['lan, metadata by name', lanTyped, 'metadata.google.internal', /leads to 169\.254\.169\.254, which is .*metadata/],
    ['lan, link-local', lanTyped, '[fe80::1]', /fe80::1 is a link-local address/],
    ['lan, unspecified', lanTyped, '0.0.0.0', /unspecified/],
    [
      'lan, a private one from a message',
      lanBrought,
      '10.0.0.1',
      /"lan" lets a host that a message brings be a public one only.*type the whole address.*"list"/,
    ],
    ['lan, this machine from a message', lanBrought, 'localhost.', /loopback.*that a message brings/],
    ['lan, a public one from a message', lanBrought, '8.8.8.8', undefined],
    ['lan, a name from a message is judged when DNS has answered', lanBrought, 'crm.example', undefined],
    ['public, a private address', publicOnly, '10.0.0.1', /a private address, and the address policy "public"/],
    ['public, this machine', publicOnly, 'foo.localhost', /loopback/],
    ['public, a public address', publicOnly, '[2606:4700::1]', undefined],
    ['list, a host that is named', listed('crm.example'), 'CRM.example.', undefined],
    ['list, another', listed('crm.example'), 'www.crm.example', /not in the list/],
    ['list, hosts below a name', listed('*.crm.example'), 'a.b.crm.example', undefined],
    ['list, not the name itself', listed('*.crm.example'), 'crm.example', /not in the list/],
    ['list, no name that only ends alike', listed('*.crm.example'), 'evilcrm.example', /not in the list/],
    ['list, an address', listed('10.1.2.3'), '10.1.2.3', undefined],
    [
      'list, a neighbour',
      listed('10.1.2.3'),
      '10.1.2.4',
      /10\.1\.2\.4 is a private address\. The address policy "list"/,
    ],
    ['list, a block', listed('10.1.0.0/16'), '10.1.255.255', undefined],
    ['list, an IPv6 block', listed('fd00::/8'), '[fd12::1]', undefined],
    ['list, this machine', listed('localhost'), 'localhost', undefined],
    [
      'list, never metadata',
      listed('169.254.169.254', '0.0.0.0/0'),
      '169.254.169.254',
      /"list" forbids it, as every other does/,
    ],
    ['list, a name may still be in a block that is listed', listed('10.0.0.0/8'), 'crm.example', undefined],
    [
      'list, a public address needs to be listed too',
      listed('crm.example'),
      '8.8.8.8',
      /"list" of the endpoint names neither/,
    ],
    ['list, nothing listed', listed(), 'crm.example', /not in the list/],
  ];
  for (const [what, guard, host, refused] of judgements) {
    it(`${what}: ${host} ${refused ? 'may not be reached' : 'may'}`, () => {
      const reason = guard.judgeHost(host);
      if (refused) assert.match(reason ?? 'allowed', refused);
      else assert.equal(reason, undefined);
    });
  }

  it('every spelling of an address is that address', () => {
    const spellings = [
      'http://127.1/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://①②⑦.0.0.1/',
      'http://%31%32%37.0.0.1/',
      'http://[::ffff:7f00:1]/',
      'http://[0:0:0:0:0:0:0:1]/',
      'http://LOCALHOST/',
      'http://user@127.0.0.1/',
      'http:127.0.0.1/',
    ];
    for (const url of spellings)
      assert.match(publicOnly.judgeHost(new URL(url).hostname) ?? 'allowed', /loopback/, url);
  });

  it('names the entry of a list that is neither a host nor an address', () => {
    for (const entry of ['', 'http://crm.example/', 'a b', '10.0.0.0/33', '10.0.0/8', 'crm.example:443', '*']) {
      assert.throws(
        () => listed('crm.example', entry),
        (error) => error instanceof UserError && error.field === 'allow[1]' && error.message.startsWith(`"${entry}"`),
        entry,
      );
    }
  });

  describe('of what DNS answers', () => {
    const lookUp = (guard: AddressGuard, all: boolean): Promise<unknown> =>
      new Promise((resolve) => {
        guard.lookup('localhost', { all }, (error, answer) => resolve(error ?? answer));
      });

    it('leaves out what may not be reached, and says so when nothing is left', async () => {
      const error = await lookUp(publicOnly, true);
      assert.ok(error instanceof Error);
      assert.match(error.message, /^localhost leads to (127\.0\.0\.1|::1), which is this machine itself/);
    });

    it('passes on what may', async () => {
      assert.ok(Array.isArray(await lookUp(lanTyped, true)));
      assert.match(String(await lookUp(lanTyped, false)), /^(127\.0\.0\.1|::1)$/);
    });
  });

  describe('on the wire', () => {
    const client = (): UndiciClient => opened.add(new UndiciClient());
    const transport = (options: AddressGuardOptions): { guard: AddressGuard } => ({ guard: new AddressGuard(options) });

    it('refuses before a connection is made', async () => {
      const receiver = opened.add(await startReceiver());
      const result = failed(
        await client().send(post(receiver.url, { transport: transport({ policy: 'public', hostTyped: true }) })),
      );
      assert.equal(result.failure, 'address-blocked');
      assert.match(
        result.message,
        /^127\.0\.0\.1 is this machine itself \(loopback\), and the address policy "public"/,
      );
      assert.equal(receiver.connections, 0);
    });

    it('lets through what may be reached', async () => {
      const receiver = opened.add(await startReceiver());
      const allowed = transport({ policy: 'lan', hostTyped: true });
      answered(await client().send(post(receiver.url, { transport: allowed })));
      answered(await client().send(post(receiver.url.replace('127.0.0.1', 'localhost'), { transport: allowed })));
    });

    it('does not take a connection that breaks at once for a forbidden address', async () => {
      const receiver = opened.add(await startReceiver());
      receiver.resetConnections = true;
      const allowed = transport({ policy: 'lan', hostTyped: true });
      for (let i = 0; i < 20; i++) {
        assert.equal(failed(await client().send(post(receiver.url, { transport: allowed }))).failure, 'reset');
      }
    });

    it('judges the address that the socket is connected to, whatever DNS said', async () => {
      // A guard whose look-up is deceived, as by an answer that changes between two questions.
      for (const tls of [undefined, testCertificates.localhost]) {
        const receiver = opened.add(await startReceiver({}, tls ? { tls } : {}));
        const guard = new AddressGuard({ policy: 'public', hostTyped: true });
        Object.defineProperty(guard, 'lookup', { value: lanTyped.lookup });
        Object.defineProperty(guard, 'judgeHost', { value: () => undefined });
        const url = receiver.url.replace('127.0.0.1', 'localhost');
        const result = failed(
          await client().send(post(url, { transport: { guard, ...(tls && { tls: { ca: testAuthority } }) } })),
        );
        assert.equal(result.failure, 'address-blocked');
        assert.match(result.message, /^localhost leads to (127\.0\.0\.1|::1)/);
        assert.equal(receiver.requests.length, 0);
      }
    });
  });
});
