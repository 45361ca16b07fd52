/**
 * The parameters of events: ticked ones are sent; a click on a name puts `{{name}}` where the cursor was and copies it, and a
 * name can be dragged to where it belongs. Those that never come from what is wired are dimmed.
 */
import { findParameter, groups, parameters } from '../../src/event/catalogue';
import { groupTitle, parameterDescription } from './catalogue-words';
import { type CheckGroup, checkList } from './check-list';
import { element, icon } from './dom';
import { carriersOf, type Heard, type Name, typeOf, whyNever } from './template/reach';

export interface ParameterPicker {
  readonly element: HTMLElement;
  /** Ticked names, in the order of ticking. */
  chosen(): readonly string[];
  /** Ticks these and no others. */
  choose(names: readonly string[]): void;
  /** Shows the names of another vocabulary. */
  setVocabulary(id: string): void;
  /** Dims what these events never have. */
  setHeard(heard: readonly Heard[]): void;
  /** Whether a name stands for a parameter in the vocabulary shown or in the catalogue. */
  isParameter(name: string): boolean;
  /** Why the wired events never have it, in words; of other events, where those are named. */
  whyNever(name: string, heard?: readonly Heard[]): string | undefined;
  /** The names of the vocabulary shown, described in the language of the editor. */
  names(): readonly Name[];
}

export interface ParameterPickerOptions {
  readonly chosen: readonly string[];
  readonly vocabulary: string;
  readonly translate: Translate;
  readonly onPick: (name: string) => void;
  readonly onChange: () => void;
  /** Called when other names are shown or dimmed. */
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
  let shown = 'canonical';
  let wired: readonly Heard[] = [];
  const never = (name: string, heard = wired): string | undefined => {
    const known = names.find((one) => one.name === name);
    const parameter = findParameter(name);
    const meant = known ?? (parameter && { name, parameter: name });
    return meant && whyNever(meant, heard, shown, translate);
  };
  /** What a provider says of its own name is shown as it says it. */
  const about = ({ parameter, description }: Name): string => {
    const isOurs = parameter !== null && findParameter(parameter)?.description === description;
    return isOurs ? parameterDescription(translate, parameter, description) : description;
  };
  const grouped = (): readonly CheckGroup[] => {
    const groupOf = ({ parameter }: Name): string => findParameter(parameter ?? '')?.group ?? '';
    const titled = [
      ...groups.map((group) => ({ name: group.name, title: groupTitle(translate, group) })),
      { name: '', title: translate('checkList.others') },
    ];
    return titled
      .map(({ name: group, title }) => ({
        title,
        items: names
          .filter((name) => groupOf(name) === group)
          .map((one) => {
            const { name, parameter, example } = one;
            return {
              values: [name],
              label: name,
              description: about(one),
              example: typeof example === 'string' ? example : JSON.stringify(example),
              details: parameter === null ? [] : [typeOf(parameter, translate), carriersOf(parameter, translate)],
              never: never(name),
            };
          }),
      }))
      .filter(({ items }) => items.length > 0);
  };
  const list = checkList({
    groups: grouped(),
    chosen: options.chosen,
    translate,
    onPick: ({ values: [name = ''] }) => options.onPick(name),
    dragged: ({ label }) => `{{${label}}}`,
    onChange: options.onChange,
  });
  const offer = (): void => {
    list.offer(grouped());
    options.onNames();
  };
  const setVocabulary = (id: string): void => {
    if (id === wanted) return;
    wanted = id;
    const take = (offered: readonly Name[]): void => {
      // Another one may have been chosen meanwhile, or the panel closed.
      if (wanted !== id) return;
      names = offered;
      shown = id;
      offer();
    };
    if (id === 'canonical') {
      take(canonical);
      return;
    }
    $.ajax({ url: `telephony-webhooks/vocabulary/${encodeURIComponent(id)}`, dataType: 'json' }).then(
      (answer: { readonly names: readonly Name[] }) => take(answer.names),
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
    choose: list.choose,
    setVocabulary,
    setHeard(heard) {
      wired = heard;
      offer();
    },
    isParameter: (name) => names.some((known) => known.name === name) || findParameter(name) !== undefined,
    whyNever: never,
    names: () => names.map((name) => ({ ...name, description: about(name) })),
  };
}
