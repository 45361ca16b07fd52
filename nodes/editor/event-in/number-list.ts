/**
 * The list of one's own numbers: the runtime, which knows the numbering plans, says how each is understood, and which numbers the
 * source has heard of.
 */
import { element, icon } from '../dom';
import { type TextList, textList } from '../fields/text-list';

interface NumberListOptions {
  readonly values: readonly string[];
  readonly translate: Translate;
  /** Id of the chosen source. Empty: none is. */
  readonly source: () => string;
}

export interface NumberList {
  values(): string[];
  /** Reads everything anew, after another source was chosen. */
  refresh(): void;
}

/** Typing goes on: nobody needs to know how half a number is understood. */
const ASK_AFTER_MS = 250;

export function numberList(container: HTMLElement, { values, translate, source }: NumberListOptions): NumberList {
  /** Number as it is written → how it is understood; null: it cannot be told. */
  let understood = new Map<string, string | null>();
  let heard: readonly { readonly number: string; readonly events: number }[] = [];
  const country = (): string => String(RED.nodes.node(source())?.['countryCode'] ?? '');

  const list: TextList = textList(container, {
    values,
    translate,
    label: translate('numbers.label'),
    placeholder: '+44 20 7946 0123',
    problem(number, others) {
      if (!/\d{2}/.test(number)) return translate('numbers.wrong');
      const same = others.some((other) => (understood.get(other) ?? other) === (understood.get(number) ?? number));
      return same ? translate('numbers.twice') : undefined;
    },
    note(number) {
      const international = understood.get(number);
      if (international === undefined || international === number) return undefined;
      if (international !== null) return translate('numbers.understood', { number: international });
      return country() === '' ? translate('numbers.noCountry') : translate('numbers.unknown', { country: country() });
    },
    tidy: (number) => understood.get(number) ?? number,
    onChange() {
      offerHeard();
      askLater();
    },
  });

  const offers = element('div', { class: 'telephony-offers' });
  container.append(offers);
  const offerHeard = (): void => {
    const taken = new Set(list.values().map((number) => understood.get(number) ?? number));
    const free = heard.filter(({ number }) => !taken.has(number));
    offers.replaceChildren(...free.map(offer));
    if (free.length > 0) offers.prepend(element('span', {}, translate('numbers.heard')));
  };
  const offer = ({ number, events }: (typeof heard)[number]): HTMLElement => {
    const button = element(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small', title: translate('numbers.events', { events }) },
      icon('plus'),
      ` ${number}`,
    );
    button.addEventListener('click', () => {
      list.add(number);
      offerHeard();
      ask();
    });
    return button;
  };

  let timer = 0;
  const askLater = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, ASK_AFTER_MS);
  };
  const ask = (): void => {
    const numbers = list.values();
    if (numbers.length === 0) return;
    $.ajax({
      url: 'telephony-webhooks/numbers',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({ numbers, country: country() }),
    }).then((answer: { numbers: readonly { number: string; international: string | null }[] }) => {
      understood = new Map(answer.numbers.map(({ number, international }) => [number, international]));
      list.check();
      offerHeard();
    });
  };
  const refresh = (): void => {
    const id = source();
    heard = [];
    offerHeard();
    ask();
    if (!RED.nodes.node(id)) return;
    $.ajax({ url: `telephony-webhooks/sources/${encodeURIComponent(id)}/numbers`, dataType: 'json' }).then(
      (answer: { numbers: typeof heard }) => {
        if (id !== source()) return;
        heard = answer.numbers;
        offerHeard();
      },
    );
  };
  refresh();
  return { values: list.values, refresh };
}
