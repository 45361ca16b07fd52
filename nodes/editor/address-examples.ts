/** Explains an address policy by example: what becomes of some addresses, and of one that the user types. The runtime judges. */

import { type Sentence, saidBy } from '../../src/sentence';
import { askRuntime } from './ask-runtime';
import { element, icon, show } from './dom';
import { said } from './said';

/** As the runtime answers. */
type Verdict =
  | { readonly kind: 'allowed'; readonly addresses: readonly string[] }
  | { readonly kind: 'refused' | 'unknown'; readonly reason: Sentence };

interface Checked {
  readonly url: string;
  readonly typed: Verdict;
  readonly brought: Verdict;
}

/** Addresses, not names: nobody's DNS is asked before the user asks for something. */
const EXAMPLES = [
  ['public', 'https://1.1.1.1'],
  ['private', 'http://192.168.1.20'],
  ['loopback', 'http://127.0.0.1:1880'],
  ['metadata', 'http://169.254.169.254'],
] as const;

const TYPING_MS = 400;

/** `config`: what the panel would save. `refresh` asks again, after it has changed. */
export function addressExamples(
  container: HTMLElement,
  translate: Translate,
  config: () => object,
): { refresh(): void } {
  const say = (key: string, values?: Record<string, string>): string => translate(`tryAddress.${key}`, values);
  const input = element('input', {
    type: 'text',
    id: 'telephony-try-address',
    placeholder: say('placeholder'),
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'telephony-address-verdict',
  });
  const verdict = element('p', { id: 'telephony-address-verdict', class: 'telephony-words', role: 'status' });
  const rows = element('tbody');
  const heading = (key: string): HTMLElement => element('th', { scope: 'col' }, say(key));
  container.append(
    input,
    verdict,
    element(
      'table',
      { class: 'telephony-examples' },
      element('thead', {}, element('tr', {}, heading('address'), heading('typed'), heading('brought'))),
      rows,
    ),
  );
  const cell = (one: Verdict): HTMLElement =>
    element(
      'td',
      {
        class: `telephony-verdict telephony-${one.kind}`,
        title: one.kind === 'allowed' ? '' : said(translate, one.reason),
      },
      icon(one.kind === 'allowed' ? 'check' : 'ban'),
      ` ${say(one.kind)}`,
    );
  let asked = 0;
  const ask = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const typed = input.value.trim();
    try {
      const question = (urls: readonly string[]) =>
        askRuntime<{ checks: readonly Checked[] }>('address-check', { config: config(), urls }, say('unavailable'));
      const { checks } = await question(EXAMPLES.map(([, url]) => url));
      if (mine !== asked) return;
      rows.replaceChildren(
        ...checks.map(({ typed, brought }, index) => {
          const [name = '', url = ''] = EXAMPLES[index] ?? [];
          const address = element('th', { scope: 'row' }, url, ' ', element('small', {}, say(`examples.${name}`)));
          return element('tr', {}, address, cell(typed), cell(brought));
        }),
      );
      const [own] = typed === '' ? [] : (await question([typed])).checks;
      if (mine === asked) tell(own ? inWords(own, say, translate) : '');
    } catch (error) {
      if (mine === asked) tell(said(translate, saidBy(error)));
    }
  };
  const tell = (words: string): void => {
    verdict.textContent = words;
    show(verdict, words !== '');
  };
  let typing: ReturnType<typeof setTimeout> | undefined;
  const refresh = (): void => {
    clearTimeout(typing);
    typing = setTimeout(() => void ask(), TYPING_MS);
  };
  input.addEventListener('input', refresh);
  void ask();
  return { refresh };
}

function inWords(
  { typed, brought }: Checked,
  say: (key: string, values?: Record<string, string>) => string,
  translate: Translate,
): string {
  if (typed.kind !== 'allowed') return said(translate, typed.reason);
  const where = typed.addresses.length > 0 ? say('leadsTo', { addresses: typed.addresses.join(', ') }) : say('byProxy');
  const may = brought.kind === 'allowed' ? say('both') : say('typedOnly', { reason: said(translate, brought.reason) });
  return `${may} ${where}`;
}
