/** Tries an endpoint as it is typed: the runtime sends one request, and each step on the way is said in words. */
import { type Sentence, saidBy } from '../../src/sentence';
import { askRuntime } from './ask-runtime';
import { element, icon } from './dom';
import { durationInWords } from './duration-input';
import { said } from './said';

/** As the runtime answers. */
type Step =
  | { step: 'settings'; problem: Sentence }
  | { step: 'address'; host: string; kind: 'allowed'; addresses: readonly string[] }
  | { step: 'address'; host: string; kind: 'refused' | 'unknown'; reason: Sentence }
  | { step: 'token'; durationMs: number; problem: Sentence | null }
  | { step: 'connection'; address: string; tls: Tls | null }
  | { step: 'answer'; statusCode: number | null; durationMs: number; problem: Sentence | null };

interface Tls {
  readonly protocol: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
}

const METHODS = ['GET', 'HEAD', 'POST'] as const;
/** Statuses with which a receiver says that it is there, but nothing is at this address. */
const NOTHING_THERE = [404, 405];

/** `typed`: what stands in the panel, with the credentials as Node-RED has them. */
export function endpointTest(container: HTMLElement, translate: Translate, typed: () => object): void {
  const say = (key: string, values?: Record<string, string | number>): string =>
    translate(`endpointTest.${key}`, values);
  const method = element(
    'select',
    { id: 'telephony-test-method', 'aria-label': say('method') },
    ...METHODS.map((name) => element('option', { value: name }, say(`methods.${name}`))),
  );
  const path = element('input', { type: 'text', 'aria-label': say('path'), placeholder: say('pathPlaceholder') });
  const button = element('button', { type: 'button', class: 'red-ui-button' }, say('send'));
  const result = element('ul', { class: 'telephony-test-result' });
  const line = (isGood: boolean, words: string): HTMLElement =>
    element('li', { class: isGood ? 'telephony-good' : 'telephony-bad' }, icon(isGood ? 'check' : 'times'), ' ', words);
  const send = async (): Promise<void> => {
    button.disabled = true;
    result.replaceChildren(element('li', {}, say('sending')));
    try {
      const question = { ...typed(), method: method.value, path: path.value };
      const { steps } = await askRuntime<{ steps: readonly Step[] }>('endpoint-test', question, say('unavailable'));
      result.replaceChildren(
        ...steps.map((step) => {
          const problem = problemOf(step);
          return line(problem === null, problem === null ? inWords(step, say, translate) : said(translate, problem));
        }),
      );
      const answer = steps.find(({ step }) => step === 'answer');
      if (answer?.step === 'answer' && NOTHING_THERE.includes(answer.statusCode ?? 0)) {
        result.append(element('li', {}, say('nothingThere')));
      }
    } catch (error) {
      result.replaceChildren(line(false, said(translate, saidBy(error))));
    } finally {
      button.disabled = false;
      result.scrollIntoView({ block: 'nearest' });
    }
  };
  button.addEventListener('click', () => void send());
  container.append(
    element('div', { class: 'telephony-test-bar' }, method, path, button),
    element('p', { class: 'telephony-tip telephony-tip-wide' }, say('note')),
    element('div', { role: 'status' }, result),
  );
}

/** Null: the step has succeeded. */
function problemOf(step: Step): Sentence | null {
  switch (step.step) {
    case 'address':
      return step.kind === 'allowed' ? null : step.reason;
    case 'connection':
      return null;
    case 'settings':
    case 'token':
    case 'answer':
      return step.problem;
  }
}

function inWords(
  step: Step,
  say: (key: string, values?: Record<string, string | number>) => string,
  translate: Translate,
): string {
  switch (step.step) {
    case 'settings':
      return '';
    case 'address': {
      const { host } = step;
      const addresses = step.kind === 'allowed' ? step.addresses : [];
      const way = addresses.length === 0 ? 'byProxy' : addresses.includes(host) ? 'allowed' : 'resolved';
      return say(`steps.${way}`, { host, addresses: addresses.join(', ') });
    }
    case 'token':
      return say('steps.token', { time: durationInWords(step.durationMs, translate) });
    case 'connection': {
      const { address, tls } = step;
      if (tls === null) return say('steps.plain', { address });
      const until = tls.validTo === '' ? '?' : new Date(tls.validTo).toLocaleDateString();
      return say('steps.tls', { address, ...tls, until });
    }
    case 'answer':
      return say('steps.answer', {
        status: step.statusCode ?? '',
        time: durationInWords(Math.round(step.durationMs), translate),
      });
  }
}
