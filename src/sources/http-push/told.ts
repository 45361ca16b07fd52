/** Which parameters a provider tells at all: its names in the catalogue, what its event names state, what follows from both. */
import { type Dialect, VARIANTS } from './dialect';
import { providerDialects } from './registry';

/** What `decode` can put into an event; buildEvent adds more (see withFollowing). */
export function toldBy({ names, events, concludes = [] }: Dialect): readonly string[] {
  const named = names.flatMap((entry) =>
    entry.parameter === null || entry.outwardOnly === true ? [] : [entry.parameter],
  );
  const stated = [...events, ...VARIANTS].flatMap(({ says = {} }) => Object.keys(says));
  // Why somebody was refused, which the source tells itself.
  return [...new Set([...named, ...stated, ...concludes, 'reason'])];
}

/** By the id of the dialect. The generic one is left out: it tells what its mapping says, or anything. */
export const toldByProvider: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  providerDialects.map((dialect) => [dialect.id, toldBy(dialect)]),
);
