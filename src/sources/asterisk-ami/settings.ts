/** Out of what a source saves: how it connects, and how its phone system is laid out. */
import type { SourceSetup } from '../source';
import { DEFAULT_DIALPLAN, type DialplanSettings } from './calls/dialplan';
import type { ConnectionSettings } from './client/connection';
import { READ_CLASSES } from './client/manager-conf';
import type { AsteriskSettings } from './kind';

export function connectionSettings({ settings, credentials }: SourceSetup<AsteriskSettings>): ConnectionSettings {
  const { host, port, tls, fingerprint, plainLogin } = settings;
  const { username = '', secret = '' } = credentials;
  return { host, port, tls, fingerprint, plainLogin, username, secret, classes: READ_CLASSES };
}

export function dialplanSettings(settings: AsteriskSettings): DialplanSettings {
  const orUsual = (name: Exclude<keyof DialplanSettings, 'extensionPattern'>): readonly string[] =>
    settings[name].length > 0 ? settings[name] : DEFAULT_DIALPLAN[name];
  return {
    extensionPattern: settings.extensionPattern,
    trunks: orUsual('trunks'),
    trunkContexts: orUsual('trunkContexts'),
    ivrContexts: orUsual('ivrContexts'),
    ringGroupContexts: orUsual('ringGroupContexts'),
    voicemailContexts: orUsual('voicemailContexts'),
  };
}
