/** The parameters of events: ticked ones are sent; a click on a name puts `{{name}}` where the cursor was and copies it. */
import { findParameter, groups, parameters } from '../../src/event/catalogue';
import { type CheckGroup, checkList } from './check-list';
import { element, icon } from './dom';

/** A name of the chosen vocabulary. */
interface Name {
  readonly name: string;
  /** The parameter of the catalogue that it stands for; null: it is the provider's own. */
  readonly parameter: string | null;
  readonly description: string;
  readonly example: unknown;
}

export interface ParameterPicker {
  readonly element: HTMLElement;
  /** Ticked names, in the order of ticking. */
  chosen(): readonly string[];
  /** Shows the names of another vocabulary. */
  setVocabulary(id: string): void;
  /** Whether a name stands for a parameter in the vocabulary shown or in the catalogue. */
  isParameter(name: string): boolean;
}

export interface ParameterPickerOptions {
  readonly chosen: readonly string[];
  readonly vocabulary: string;
  readonly translate: Translate;
  readonly onPick: (name: string) => void;
  readonly onChange: (chosen: readonly string[]) => void;
  /** Called when the names of a vocabulary have arrived. */
  readonly onNames: () => void;
}

const canonical: readonly Name[] = parameters.map(({ name, description, example }) => ({
  name,
  parameter: name,
  description,
  example,
}));

export function parameterPicker(options: ParameterPickerOptions): ParameterPicker {
  const { translate } = options;
  let names = canonical;
  let wanted = 'canonical';
  const list = checkList({
    groups: grouped(names, translate),
    chosen: options.chosen,
    translate,
    onPick: ({ values: [name = ''] }) => options.onPick(name),
    onChange: options.onChange,
  });
  const offer = (offered: readonly Name[]): void => {
    names = offered;
    list.offer(grouped(offered, translate));
    options.onNames();
  };
  const setVocabulary = (id: string): void => {
    if (id === wanted) return;
    wanted = id;
    if (id === 'canonical') {
      offer(canonical);
      return;
    }
    $.ajax({ url: `telephony-webhooks/vocabulary/${encodeURIComponent(id)}`, dataType: 'json' }).then(
      (answer: { readonly names: readonly Name[] }) => {
        // Another one may have been chosen meanwhile, or the panel closed.
        if (wanted === id) offer(answer.names);
      },
      () => {
        if (wanted === id) RED.notify(translate('names.unavailable'), { type: 'error' });
      },
    );
  };
  setVocabulary(options.vocabulary);
  const whole = element(
    'div',
    { class: 'form-row telephony-wide' },
    element('label', {}, icon('tags'), ' ', translate('available.label')),
    list.element,
    element('p', { class: 'telephony-tip telephony-ticking' }, translate('available.tickTip')),
    element('p', { class: 'telephony-tip' }, translate('available.tip')),
  );
  return {
    element: whole,
    chosen: list.chosen,
    setVocabulary,
    isParameter: (name) => names.some((known) => known.name === name) || findParameter(name) !== undefined,
  };
}

function grouped(names: readonly Name[], translate: Translate): readonly CheckGroup[] {
  const groupOf = ({ parameter }: Name): string => findParameter(parameter ?? '')?.group ?? '';
  const titled = [...groups, { name: '', title: translate('checkList.others') }];
  return titled
    .map(({ name: group, title }) => ({
      title,
      items: names
        .filter((name) => groupOf(name) === group)
        .map(({ name, description, example }) => ({
          values: [name],
          label: name,
          description,
          example: typeof example === 'string' ? example : JSON.stringify(example),
        })),
    }))
    .filter(({ items }) => items.length > 0);
}
