/**
 * The one Handlebars environment of templates: no partials, decorators, `log` or access to prototypes. Templates reach it
 * as syntax trees of our own making (see weave.ts), in which every name and every output is a call of one of the internal
 * helpers here; names that a user types never get as far as Handlebars' own lookup.
 */
import Handlebars from 'handlebars';
import type { Writer } from './contexts/context';
import { type Frame, takeRoom, takeRound } from './frame';
import { findHelper, type HelperSettings, helperNames } from './helpers';
import { placeholder, type SecretContext } from './secret-placeholder';
import { dataOnly, NumberText, valueAt } from './values';

/** What the internal helpers of one text refer to by number. */
export interface Tables {
  readonly settings: HelperSettings;
  /** `item`: the value that a loop or `with` stands at; ROOT outside of them. */
  readonly reads: readonly ((frame: Frame, item: unknown) => unknown)[];
  /** Paths below a name that a loop gives (`as |item|`). */
  readonly paths: readonly (readonly string[])[];
  readonly writers: readonly Writer[];
  readonly secrets: readonly { readonly name: string; readonly context: SecretContext }[];
}

/** The context outside of loops. */
export const ROOT: unknown = Object.freeze({});

/** Calls that weave.ts puts in. The `$` keeps them apart from every helper of users. */
export const CALLS = {
  read: '$read',
  path: '$path',
  write: '$write',
  secret: '$secret',
  room: '$room',
  round: '$round',
} as const;

const handlebars = Handlebars.create();
for (const name of ['log', 'lookup', 'helperMissing', 'blockHelperMissing']) handlebars.unregisterHelper(name);

interface Data {
  readonly frame: Frame;
  readonly tables: Tables;
}

function dataOf(options: unknown): Data {
  return (options as { data: Data }).data;
}

handlebars.registerHelper(CALLS.read, (index: number, item: unknown, options: unknown) => {
  const { frame, tables } = dataOf(options);
  return tables.reads[index]?.(frame, item);
});
handlebars.registerHelper(CALLS.path, (index: number, item: unknown, options: unknown) =>
  dataOnly(valueAt(item, dataOf(options).tables.paths[index] ?? [])),
);
handlebars.registerHelper(CALLS.write, (index: number, value: unknown, options: unknown) => {
  const { frame, tables } = dataOf(options);
  const text = tables.writers[index]?.(value) ?? '';
  takeRoom(frame, text.length);
  return text;
});
handlebars.registerHelper(CALLS.secret, (index: number, options: unknown) => {
  const { frame, tables } = dataOf(options);
  const secret = tables.secrets[index];
  return secret === undefined ? '' : placeholder(secret.name, frame.nonce, secret.context);
});
handlebars.registerHelper(CALLS.room, (characters: number, options: unknown) => {
  takeRoom(dataOf(options).frame, characters);
  return '';
});

handlebars.registerHelper(CALLS.round, (options: unknown) => {
  takeRound(dataOf(options).frame);
  return '';
});

for (const name of helperNames) {
  const helper = findHelper(name);
  handlebars.registerHelper(name, (...values: unknown[]) => {
    const options = values.pop() as { hash: Record<string, unknown> };
    return helper?.run(values, options.hash, dataOf(options).tables.settings);
  });
}

/** "0.00" is as false as 0: a number that kept its digits is an object here. */
type BlockHelper = (this: unknown, value: unknown, options: unknown) => unknown;
const builtInIf = handlebars.helpers['if'] as BlockHelper;
handlebars.registerHelper('if', function (this: unknown, value: unknown, options: unknown) {
  return builtInIf.call(this, value instanceof NumberText ? Number(value.text) : value, options);
});

const known = Object.fromEntries([...Object.values(CALLS), ...helperNames].map((name) => [name, true]));

/** Compiles a tree of weave.ts at once. Throws where Handlebars cannot. */
export function compileTree(tree: hbs.AST.Program, tables: Tables): (frame: Frame) => string {
  const run = handlebars.compile(tree, {
    noEscape: true,
    knownHelpersOnly: true,
    knownHelpers: known as KnownHelpers,
    // Spaces were dealt with when the source was parsed; Handlebars would do it a second time.
    ignoreStandalone: true,
  });
  // Handlebars compiles at the first call; this makes it the first call.
  (run as unknown as { _setup(options: object): void })._setup({});
  return (frame) => run(ROOT, { data: { frame, tables, root: ROOT } });
}

/** Parses a source, with the treatment of spaces that Handlebars documents. Throws where it cannot. */
export function parseTree(source: string): hbs.AST.Program {
  return handlebars.parse(source);
}
