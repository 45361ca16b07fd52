/** The driver of each kind of source: apart from the kinds themselves (registry.ts), since a browser cannot load these. */
import { asteriskAmiDriver } from './asterisk-ami/driver';
import { httpPushDriver } from './http-push/driver';
import type { SettingsOf, SourceKindId } from './registry';
import { simulatorDriver } from './simulator/driver';
import type { SourceDriver } from './source';

export const drivers: { readonly [Id in SourceKindId]: SourceDriver<SettingsOf<Id>> } = {
  'http-push': httpPushDriver,
  'asterisk-ami': asteriskAmiDriver,
  simulator: simulatorDriver,
};

/** For settings that this very kind has read. */
export function driverOf(kind: SourceKindId): SourceDriver<object> {
  return drivers[kind];
}
