/** The dialects, for choices in panels and for the source. A new provider is a file in dialects/ and a line here. */
import type { Dialect, DialectId, ProviderDialect } from './dialect';
import { genericDialect, type MappedField } from './dialects/generic';
import { kompaas } from './dialects/kompaas';
import { obd } from './dialects/obd';
import { ringostat } from './dialects/ringostat';
import { smartflo } from './dialects/smartflo';

/** Providers with names of their own. */
export const providerDialects: readonly ProviderDialect[] = [kompaas, smartflo, obd, ringostat];

/** Every dialect with its title, in the order in which panels offer them. */
export const dialectChoices: readonly Pick<Dialect, 'id' | 'title'>[] = [...providerDialects, genericDialect([])];

/** Undefined: there is no such dialect. The mapping is that of the generic one. */
export function findDialect(id: string, mapping: readonly MappedField[]): Dialect | undefined {
  return id === ('generic' satisfies DialectId)
    ? genericDialect(mapping)
    : providerDialects.find((one) => one.id === id);
}
