/** Grouped checkboxes with a search field and, at each, a question mark that shows what it is. */
import { element, icon, show } from '../dom';

export interface CheckItem {
  /** What ticking it chooses: usually one value, several where one label stands for them together. */
  readonly values: readonly string[];
  readonly label: string;
  readonly description?: string;
  /** What stands beside the label, as much of it as there is room for. */
  readonly brief?: string | undefined;
  readonly example?: string;
  /** Further sentences behind the question mark. */
  readonly details?: readonly string[];
  /** Why choosing it makes no sense here. It can be chosen nevertheless. */
  readonly never?: string | undefined;
}

export interface CheckGroup {
  readonly title: string;
  readonly items: readonly CheckItem[];
}

export interface CheckListOptions {
  readonly groups: readonly CheckGroup[];
  readonly chosen: readonly string[];
  readonly translate: Translate;
  /** What a click on a label does instead of ticking. */
  readonly onPick?: (item: CheckItem) => void;
  /** The text that a label stands for when it is dragged. */
  readonly dragged?: (item: CheckItem) => string;
  readonly onChange?: (chosen: readonly string[]) => void;
  /** Each group has a box for all of it. */
  readonly wholeGroups?: boolean;
  /** A handful of boxes in a row: without search and without groups. */
  readonly plain?: boolean;
}

export interface CheckList {
  readonly element: HTMLElement;
  /** In the order of ticking. */
  chosen(): readonly string[];
  /** Ticks these in place of those that are ticked. */
  choose(values: readonly string[]): void;
  /** Offers other items; what is chosen stays. */
  offer(groups: readonly CheckGroup[]): void;
  /** Scrolls to the first that is ticked. */
  showChosen(): void;
}

export function checkList(options: CheckListOptions): CheckList {
  const { translate, onPick, onChange, dragged } = options;
  const chosen = new Set(options.chosen);
  const search = element('input', {
    type: 'search',
    class: 'telephony-search',
    placeholder: translate('checkList.search'),
    'aria-label': translate('checkList.search'),
  });
  const body = element('div', { class: 'telephony-check-groups' });
  const nothing = element('p', { class: 'telephony-tip telephony-hidden' }, translate('checkList.nothing'));
  let boxes: { readonly input: HTMLInputElement; readonly item: CheckItem }[] = [];
  let updateCounts: (() => void)[] = [];

  const isTicked = ({ values }: CheckItem): boolean => values.every((value) => chosen.has(value));
  const refresh = (): void => {
    for (const { input, item } of boxes) {
      input.checked = isTicked(item);
      input.indeterminate = !input.checked && item.values.some((value) => chosen.has(value));
    }
    for (const update of updateCounts) update();
  };
  const toggle = (item: CheckItem, ticked: boolean): void => {
    for (const value of item.values) {
      if (ticked) chosen.add(value);
      else chosen.delete(value);
    }
    refresh();
    onChange?.([...chosen]);
  };

  const box = (item: CheckItem, label?: string): HTMLInputElement => {
    const input = element('input', { type: 'checkbox', 'aria-label': label });
    input.addEventListener('change', () => toggle(item, input.checked));
    boxes.push({ input, item });
    return input;
  };
  const row = (item: CheckItem): HTMLElement => {
    const input = box(item);
    const about = element('div', { class: 'telephony-about telephony-hidden' }, item.description ?? '');
    if (item.example) {
      about.append(element('div', {}, `${translate('checkList.example')} `, element('code', {}, item.example)));
    }
    about.append(...(item.details ?? []).map((detail) => element('div', {}, detail)));
    const question = element(
      'button',
      {
        type: 'button',
        class: 'telephony-question',
        'aria-expanded': 'false',
        'aria-label': translate('checkList.explain', { name: item.label }),
        title: item.description,
      },
      icon('question-circle-o'),
    );
    question.addEventListener('click', () => {
      const opened = about.classList.contains('telephony-hidden');
      show(about, opened);
      question.setAttribute('aria-expanded', String(opened));
    });
    const line = element('div', { class: 'telephony-check' });
    if (onPick === undefined) {
      line.append(element('label', {}, input, element('span', {}, item.label)));
    } else {
      input.setAttribute('aria-label', translate('checkList.send', { name: item.label }));
      // Not a button element, which browsers do not agree to drag.
      const pick = element(
        'span',
        {
          role: 'button',
          tabindex: '0',
          class: 'telephony-pick',
          title: translate('checkList.insert', { name: item.label }),
          draggable: dragged ? 'true' : undefined,
        },
        item.label,
      );
      pick.addEventListener('click', () => onPick(item));
      pick.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onPick(item);
      });
      pick.addEventListener('dragstart', ({ dataTransfer }) => {
        if (dragged) dataTransfer?.setData('text/plain', dragged(item));
      });
      line.append(input, pick);
    }
    if (item.brief) line.append(element('span', { class: 'telephony-brief', 'aria-hidden': 'true' }, item.brief));
    if (item.description) line.append(question);
    const whole = element('div', { class: 'telephony-check-item' }, line, about);
    if (item.never !== undefined) {
      whole.classList.add('telephony-never');
      line.title = item.never;
      line.after(element('div', { class: 'telephony-never-why' }, item.never));
    }
    whole.dataset['key'] = item.values.join('\n');
    whole.dataset['words'] = [item.label, item.description, ...item.values].join(' ').toLowerCase();
    return whole;
  };

  let offered = options.groups;
  const offer = (groups: readonly CheckGroup[]): void => {
    offered = groups;
    boxes = [];
    updateCounts = [];
    const known = new Set(groups.flatMap(({ items }) => items.flatMap(({ values }) => values)));
    const others = [...chosen].filter((value) => !known.has(value));
    const strangers = others.map((value): CheckItem => ({ values: [value], label: value }));
    const shown = others.length > 0 ? [{ title: translate('checkList.others'), items: strangers }, ...groups] : groups;
    const restore = placesIn(body);
    body.replaceChildren(
      ...shown.map(({ title, items }) => {
        const count = element('span', { class: 'telephony-count' });
        updateCounts.push(() => {
          const ticked = items.filter(isTicked).length;
          count.textContent = ticked > 0 ? String(ticked) : '';
        });
        const details = element('details', {}, element('summary', {}, element('span', {}, title), count));
        details.dataset['key'] = title;
        details.open = items.some(isTicked) || shown.length === 1;
        details.append(...items.map(row));
        const group = element('div', { class: 'telephony-check-group' }, details);
        if (options.wholeGroups && items.length > 1) {
          const all = { values: items.flatMap(({ values }) => values), label: title };
          group.prepend(box(all, translate('checkList.all', { name: title })));
        }
        return group;
      }),
      nothing,
    );
    restore();
    refresh();
    filter();
  };

  /** While searching, groups with a match are open and others gone; afterwards they are as the user left them. */
  const openBefore = new Map<HTMLDetailsElement, boolean>();
  const filter = (): void => {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let matches = 0;
    for (const group of body.querySelectorAll('details')) {
      // What is searched for is not all of it.
      show(group.parentElement?.querySelector(':scope > input') ?? null, words.length === 0);
      let inGroup = 0;
      for (const item of group.querySelectorAll<HTMLElement>('.telephony-check-item')) {
        const fits = words.every((word) => item.dataset['words']?.includes(word));
        show(item, fits);
        if (fits) inGroup += 1;
      }
      show(group.parentElement, inGroup > 0);
      if (words.length > 0 && !openBefore.has(group)) openBefore.set(group, group.open);
      group.open = words.length > 0 ? inGroup > 0 : (openBefore.get(group) ?? group.open);
      matches += inGroup;
    }
    if (words.length === 0) openBefore.clear();
    show(nothing, matches === 0);
  };
  search.addEventListener('input', filter);

  offer(options.groups);
  return {
    element: options.plain
      ? element('div', { class: 'telephony-check-plain' }, ...body.querySelectorAll('.telephony-check-item'))
      : element('div', { class: 'telephony-check-list' }, search, body),
    chosen: () => [...chosen],
    choose(values) {
      chosen.clear();
      for (const value of values) chosen.add(value);
      offer(offered);
    },
    offer,
    showChosen() {
      const first = body.querySelector<HTMLElement>('.telephony-check-item:has(input:checked)');
      if (!first) return;
      // In the middle, so that one sees what it is among.
      const above = first.getBoundingClientRect().top - body.getBoundingClientRect().top;
      body.scrollTop += above - (body.clientHeight - first.offsetHeight) / 2;
    },
  };
}

/** Where people are in a list that is about to be drawn anew: puts the focus back, and leaves open what they opened. */
function placesIn(body: HTMLElement): () => void {
  const keyed = (): HTMLElement[] => [...body.querySelectorAll<HTMLElement>('[data-key]')];
  const isOpen = (part: HTMLElement): boolean =>
    part instanceof HTMLDetailsElement
      ? part.open
      : part.querySelector('.telephony-question[aria-expanded=true]') !== null;
  const stops = (part: HTMLElement): HTMLElement[] => [
    ...part.querySelectorAll<HTMLElement>('summary, input, button, [tabindex]'),
  ];
  const opened = new Set(
    keyed()
      .filter(isOpen)
      .map(({ dataset }) => dataset['key']),
  );
  const focused = body.querySelector<HTMLElement>(':focus');
  const holder = focused?.closest<HTMLElement>('[data-key]');
  const stop = holder && focused ? stops(holder).indexOf(focused) : -1;
  return () => {
    for (const part of keyed()) {
      const { key } = part.dataset;
      if (opened.has(key) && !isOpen(part)) {
        if (part instanceof HTMLDetailsElement) part.open = true;
        else part.querySelector<HTMLElement>('.telephony-question')?.click();
      }
      if (holder && key === holder.dataset['key']) stops(part)[stop]?.focus();
    }
  };
}
