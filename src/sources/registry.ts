/** The kinds of sources, in the order in which the panel offers them. A new kind is a folder here and a line in this list; its driver has one in drivers.ts. */
import type { Reading } from '../parse';
import { asteriskAmiKind } from './asterisk-ami/kind';
import { httpPushKind } from './http-push/kind';
import { isCredential, type SourceKind } from './kind';
import { simulatorKind } from './simulator/kind';

export const sourceKinds = [httpPushKind, asteriskAmiKind, simulatorKind] as const;

type AnyKind = (typeof sourceKinds)[number];
export type SourceKindId = AnyKind['id'];
/** What a kind saves of its own. */
export type SettingsOf<Id extends SourceKindId> =
  Extract<AnyKind, { readonly id: Id }> extends SourceKind<Id, infer Settings> ? Settings : never;
/** The settings of one kind, whichever it is. */
export type KindConfig = { [Id in SourceKindId]: { readonly kind: Id } & SettingsOf<Id> }[SourceKindId];

export const sourceKindIds: readonly SourceKindId[] = sourceKinds.map(({ id }) => id);

/** Of every kind: Node-RED saves the fields of all of them, whichever is chosen. */
export const kindDefaults: Readonly<Record<string, unknown>> = Object.assign(
  {},
  ...sourceKinds.map((kind) => kind.defaults),
);

/** Of every kind, by name. Those of type password never reach the panel. */
export const sourceCredentials: Readonly<Record<string, { readonly type: 'text' | 'password' }>> = Object.fromEntries(
  sourceKinds
    .flatMap(({ fields }): SourceKind['fields'] => fields)
    .filter(isCredential)
    .map(({ name, input }) => [name, { type: input.kind === 'password' ? 'password' : 'text' }]),
);

export function findKind(id: SourceKindId): SourceKind {
  const found = sourceKinds.find((kind) => kind.id === id);
  if (found === undefined) throw new Error(`There is no kind of source ${id}`);
  return found;
}

/** What tells a source of its kind from others. Empty: nothing does. */
export function placeOf(config: KindConfig): string {
  return findKind(config.kind).placeOf?.(config) ?? '';
}

export function readKind(id: SourceKindId, from: Reading): KindConfig {
  // The compiler cannot tell that the settings are those of this very kind.
  return { kind: id, ...findKind(id).read(from) } as KindConfig;
}
