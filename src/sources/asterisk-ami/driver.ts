/** Makes sources that hear an Asterisk, and tries a login: which version it is, what it lets us do, what its manager.conf needs. */
import type { Clock } from '../../clock';
import { UserError } from '../../errors';
import type { Finding, SourceDriver, SourceSetup } from '../source';
import { AmiSource } from './ami-source';
import { Dialplan } from './calls/dialplan';
import { AmiConnection, type Closing } from './client/connection';
import { LIST_ACTIONS, managerConf, READ_CLASSES, versionOfGreeting, WRITE_CLASSES } from './client/manager-conf';
import type { AsteriskSettings } from './kind';
import { connectionSettings, dialplanSettings } from './settings';

export const asteriskAmiDriver: SourceDriver<AsteriskSettings> = {
  create: (setup, host) => new AmiSource(setup, host),

  async test(setup, running, { clock }) {
    const { username = '', secret = '' } = setup.credentials;
    const conf: Finding = { grade: 'note', code: 'managerConf', copy: managerConf(username, ownAddress(setup)) };
    if (username === '' || secret === '') return [{ grade: 'bad', code: 'noCredentials' }, conf];
    try {
      new Dialplan(dialplanSettings(setup.settings));
    } catch (error) {
      if (error instanceof UserError) return [{ grade: 'bad', code: 'failed', values: { reason: error.sentence } }];
      throw error;
    }
    const found = await tryLogin(setup, clock);
    return [...found, ...(running instanceof AmiSource ? heardSoFar(running) : []), conf];
  },
};

/** What the address of this machine is on the way there, Asterisk knows better: on the same machine it is certain. */
function ownAddress({ settings: { host } }: SourceSetup<AsteriskSettings>): string {
  return /^(?:localhost|127\.|::1$)/.test(host) ? '127.0.0.1' : 'ADDRESS-OF-NODE-RED';
}

function tryLogin(setup: SourceSetup<AsteriskSettings>, clock: Clock): Promise<readonly Finding[]> {
  return new Promise((resolve) => {
    const connection = new AmiConnection(connectionSettings(setup), clock, {
      ready: (greeting) =>
        void look(connection, greeting, setup).then(
          (findings) => {
            connection.close();
            resolve(findings);
          },
          () => resolve([]),
        ),
      event: () => undefined,
      closed: (closing) => resolve([...certificate(connection), failed(closing)]),
    });
    connection.open();
  });
}

function failed({ reason }: Closing): Finding {
  return { grade: 'bad', code: 'failed', values: { reason } };
}

/** Whom to trust, for somebody who has to decide it. */
function certificate(connection: AmiConnection): Finding[] {
  const fingerprint = connection.serverFingerprint;
  return fingerprint === '' ? [] : [{ grade: 'note', code: 'fingerprint', copy: fingerprint }];
}

async function look(
  connection: AmiConnection,
  greeting: string,
  { settings }: SourceSetup<AsteriskSettings>,
): Promise<readonly Finding[]> {
  const answered = await connection.request('CoreSettings');
  const told = answered?.text('AsteriskVersion') ?? '';
  const version = told === '' ? versionOfGreeting(greeting) || greeting : `Asterisk ${told}`;
  return [
    { grade: 'good', code: 'loggedIn', values: { version } },
    (await mayAsk(connection))
      ? { grade: 'good', code: 'mayAsk' }
      : { grade: 'bad', code: 'mayNotAsk', values: { missing: WRITE_CLASSES.join(',') } },
    ...(settings.tls ? [] : [{ grade: 'note', code: 'unencrypted' } as const]),
  ];
}

/** Tried, as the source itself does when it comes back. */
async function mayAsk(connection: AmiConnection): Promise<boolean> {
  for (const action of LIST_ACTIONS) {
    if ((await connection.request(action))?.text('Response') === 'Success') return true;
  }
  return false;
}

/** Which classes of events a user may read, Asterisk tells nobody: what has come so far shows it. */
function heardSoFar(running: AmiSource): readonly Finding[] {
  const unseen = running.unseenClasses;
  if (unseen.length === 0) return [{ grade: 'good', code: 'allClassesHeard' }];
  if (unseen.length === READ_CLASSES.length) return [{ grade: 'note', code: 'nothingHeard' }];
  return [{ grade: 'note', code: 'notHeard', values: { missing: unseen.join(', ') } }];
}
