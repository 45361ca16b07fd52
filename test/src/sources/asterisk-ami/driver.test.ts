import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { asteriskAmiDriver } from '../../../../src/sources/asterisk-ami/driver';
import { asteriskAmiKind } from '../../../../src/sources/asterisk-ami/kind';
import type { Finding } from '../../../../src/sources/finding';
import { AmiServer, type AmiServerOptions } from '../../../support/ami-server';
import { FakeClock } from '../../../support/fake-clock';
import { testCertificates } from '../../../support/tls';

interface Case {
  readonly what: string;
  readonly secret?: string;
  readonly mayAsk?: boolean;
  readonly tls?: boolean;
  readonly server?: AmiServerOptions;
  readonly codes: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: 'a user who may do what is needed',
    mayAsk: true,
    codes: ['loggedIn', 'mayAsk', 'unencrypted', 'managerConf'],
  },
  { what: 'a user who may not ask', codes: ['loggedIn', 'mayNotAsk', 'unencrypted', 'managerConf'] },
  { what: 'a wrong secret', secret: 'guess', codes: ['failed', 'managerConf'] },
  { what: 'no secret', secret: '', codes: ['noCredentials', 'managerConf'] },
  {
    what: 'a certificate that nobody has signed',
    tls: true,
    server: { tls: testCertificates.localhost },
    codes: ['fingerprint', 'failed', 'managerConf'],
  },
];

async function findingsOf({
  secret = 'swordfish',
  mayAsk = false,
  tls = false,
  server = {},
}: Case): Promise<readonly Finding[]> {
  const running = await AmiServer.listen(server);
  if (!mayAsk) running.answers.delete('Status');
  const setup = {
    sourceId: 's1',
    sourceName: '',
    timeZone: 'UTC',
    countryCode: '',
    fixed: [],
    settings: { ...asteriskAmiKind.defaults, host: '127.0.0.1', port: running.port, tls },
    credentials: { username: 'nodered', secret },
  };
  const findings = await asteriskAmiDriver.test(setup, undefined, { clock: new FakeClock() });
  await running.close();
  return findings;
}

describe('the test of a connection to Asterisk', () => {
  for (const one of cases) {
    it(`says what it finds of ${one.what}`, async () => {
      const findings = await findingsOf(one);
      assert.deepEqual(
        findings.map(({ code }) => code),
        one.codes,
      );
    });
  }

  it('names the version, and writes a user for manager.conf who can do no harm', async () => {
    const [loggedIn, , , conf] = await findingsOf({ what: '', mayAsk: true, codes: [] });
    assert.deepEqual(loggedIn?.values, { version: 'Asterisk 20.9.0' });
    assert.match(conf?.copy ?? '', /^\[nodered\]\nsecret = /);
    assert.match(conf?.copy ?? '', /^write = reporting$/m);
    assert.match(conf?.copy ?? '', /^permit = 127\.0\.0\.1\//m);
  });
});
