/** Which parameters the events that are wired to a template can have at all, and in words why one never comes. */
import { eventsWith, eventTypes, findParameter, parametersOf } from '../../../src/event/catalogue';
import { withFollowing } from '../../../src/event/told-parameters';
import { typesOf } from '../../../src/event/triggers';
import { fields, list, reading, text } from '../../../src/parse';
import { sourceKinds } from '../../../src/sources/registry';
import { eventTitle, type Words } from '../catalogue-words';

/** A name of the chosen vocabulary. */
export interface Name {
  readonly name: string;
  /** The parameter of the catalogue that it stands for; null: it is the provider's own. */
  readonly parameter: string | null;
  readonly description: string;
  readonly example: unknown;
  readonly composed?: true;
}

/** The catalogue parameters that each provider tells, by its dialect. */
export type Told = Readonly<Record<string, readonly string[]>>;

/** A `telephony event in` before the template. */
export interface Heard {
  readonly types: readonly string[];
  readonly source: {
    readonly label: string;
    readonly dialect: string;
    /** Catalogue names; undefined: any. */
    readonly told: ReadonlySet<string> | undefined;
    /** Names that every event of the source has. */
    readonly fixed: ReadonlySet<string>;
  };
}

/** What an event-in node and its source, as the editor holds them, let through. */
export function heardBy(
  eventIn: Readonly<Record<string, unknown>>,
  source: Readonly<Record<string, unknown>> | null,
  told: Told,
): Heard {
  const from = reading(source ?? {});
  const kindId = source === null ? '' : text(from, 'kind', 'http-push');
  const kind = sourceKinds.find(({ id }): boolean => id === kindId);
  const dialect = kindId === 'http-push' ? text(from, 'dialect', 'generic') : '';
  const keys = (property: string): readonly string[] => fields(from, property).map(({ key }) => key);
  const heads = (names: readonly string[]): string[] => names.flatMap((name) => [name, name.split('.')[0] ?? '']);
  const mapped = dialect === 'generic' && keys('mapping').length > 0 ? heads(keys('mapping')) : undefined;
  const named = mapped ?? told[dialect] ?? kind?.told;
  return {
    types: typesOf(list(reading(eventIn), 'events', ['call.ended'])).map(({ type }) => type),
    source: {
      label: text(from, 'name', ''),
      dialect,
      told: named && withFollowing(named),
      fixed: new Set(heads(keys('fixed'))),
    },
  };
}

/** Why none of them ever has this, in words; undefined: one can, or nothing is wired. */
export function whyNever(
  { name, parameter, composed }: Pick<Name, 'name' | 'parameter' | 'composed'>,
  heard: readonly Heard[],
  vocabulary: string,
  translate: Words,
): string | undefined {
  const isFixed = ({ source }: Heard): boolean => source.fixed.has(name) || source.fixed.has(parameter ?? name);
  const isCarried = ({ types }: Heard): boolean => parameter === null || types.some((type) => carries(type, parameter));
  const isTold = ({ source }: Heard): boolean =>
    parameter === null ? source.dialect === vocabulary : composed === true || (source.told?.has(parameter) ?? true);
  if (heard.length === 0 || heard.some(isFixed)) return undefined;
  const carrying = heard.filter(isCarried);
  if (carrying.length === 0) {
    return translate('never.event', {
      events: titlesOf(
        heard.flatMap(({ types }) => types),
        translate,
      ),
    });
  }
  if (carrying.some(isTold)) return undefined;
  const sources = new Set(carrying.map(({ source }) => source.label || translate('never.unnamed')));
  return translate('never.source', { source: [...sources].join(', ') });
}

const names = new Map<string, ReadonlySet<string>>();

function carries(type: string, parameter: string): boolean {
  const known = names.get(type) ?? new Set(parametersOf(type).map(({ name }) => name));
  names.set(type, known);
  return known.has(parameter);
}

const MOST_TITLES = 3;

function titlesOf(types: readonly string[], translate: Words): string {
  const titles = eventTypes
    .filter(({ type }) => types.includes(type))
    .map((event) => `“${eventTitle(translate, event)}”`);
  const shown = titles.slice(0, MOST_TITLES).join(', ');
  const more = titles.length - MOST_TITLES;
  return more > 0 ? translate('never.more', { events: shown, number: more }) : shown;
}

/** Which events have a parameter, in words. */
export function carriersOf(parameter: string, translate: Words): string {
  const having = new Set(eventsWith(parameter));
  const titles = (has: boolean): string =>
    eventTypes
      .filter((event) => having.has(event) === has)
      .map((event) => eventTitle(translate, event))
      .join(', ');
  if (having.size === eventTypes.length) return translate('carriers.all');
  // Whichever list is shorter.
  return having.size * 2 > eventTypes.length
    ? translate('carriers.allBut', { events: titles(false) })
    : translate('carriers.only', { events: titles(true) });
}

/** What kind of value a parameter has, in words. */
export function typeOf(parameter: string, translate: Words): string {
  const { type, time } = findParameter(parameter) ?? {};
  return translate(`parameterTypes.${time ? 'time' : type}`);
}
