import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { AddressGuard, type AddressGuardOptions } from '../../../src/http/address-guard';
import { UndiciClient } from '../../../src/http/undici-client';
import { startReceiver } from '../../support/receiver';
import { answered, failed, Opened, post } from '../../support/wire';

const opened = new Opened();
afterEach(() => opened.closeAll());

const lanTyped = new AddressGuard({ policy: 'lan', hostTyped: true });
const lanBrought = new AddressGuard({ policy: 'lan', hostTyped: false });
const publicOnly = new AddressGuard({ policy: 'public', hostTyped: true });
const publicBrought = new AddressGuard({ policy: 'public', hostTyped: false });
const listed = (...allow: string[]): AddressGuard => new AddressGuard({ policy: 'list', hostTyped: true, allow });

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
    ['list, an entry that cannot be read allows nothing', listed('crm.example:443'), 'crm.example', /not in the list/],
    ['list, an IPv4 address inside an IPv6 one', listed('10.0.0.0/8'), '[::ffff:10.1.2.3]', undefined],
    ['public, a private one from a message', publicBrought, '10.0.0.1', /"public".*choose the policy "list"/],
  ];
  for (const [what, guard, host, refused] of judgements) {
    it(`${what}: ${host} ${refused ? 'may not be reached' : 'may'}`, () => {
      const reason = guard.judgeHost(host);
      if (refused) assert.match(reason?.message ?? 'allowed', refused);
      else assert.equal(reason, undefined);
    });
  }

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
  });
});
