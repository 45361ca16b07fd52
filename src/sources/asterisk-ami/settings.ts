/** Out of what a source saves: how it connects. */
import type { SourceSetup } from '../source';
import type { ConnectionSettings } from './connection';
import type { AsteriskSettings } from './kind';
import { READ_CLASSES } from './manager-conf';

export function connectionSettings({ settings, credentials }: SourceSetup<AsteriskSettings>): ConnectionSettings {
  const { host, port, tls, fingerprint, plainLogin } = settings;
  const { username = '', secret = '' } = credentials;
  return { host, port, tls, fingerprint, plainLogin, username, secret, classes: READ_CLASSES };
}
