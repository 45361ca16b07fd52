/** The button with which the panel of a source tries what stands in it, and what came of it. */

import type { Sentence } from '../../../src/sentence';
import type { Finding } from '../../../src/sources/finding';
import { element, icon } from '../dom';
import { said } from '../said';

interface TestPaneOptions {
  readonly translate: Translate;
  /** Of the node. */
  readonly id: string;
  readonly kind: () => string;
  /** What stands in the panel. */
  readonly config: () => object;
  /** Those that were typed since the panel was opened. */
  readonly credentials: () => Readonly<Record<string, string>>;
  /** Where a provider would call. Undefined: nobody calls a source of this kind. */
  readonly address: () => URL | undefined;
}

const ICONS: Readonly<Record<Finding['grade'], string>> = { good: 'check', bad: 'times', note: 'info-circle' };

/** Draws it in `container`, and answers what brings it up to date after another kind was chosen. */
export function testPane(container: HTMLElement, options: TestPaneOptions): () => void {
  const { translate } = options;
  const label = element('span');
  const button = element('button', { type: 'button', class: 'red-ui-button' }, icon('plug'), ' ', label);
  const about = element('p', { class: 'telephony-tip' });
  const list = element('ul', { class: 'telephony-findings', 'aria-live': 'polite' });
  container.append(button, about, list);
  button.addEventListener('click', () => {
    button.disabled = true;
    list.replaceChildren(element('li', {}, translate('test.running')));
    void run(options)
      .then((findings) => list.replaceChildren(...findings.map((finding) => shown(finding, translate))))
      .finally(() => {
        button.disabled = false;
      });
  });
  return () => {
    label.textContent = translate(`test.buttons.${options.kind()}`);
    about.textContent = translate(`test.tips.${options.kind()}`);
    list.replaceChildren();
  };
}

async function run({ id, config, credentials, address, translate }: TestPaneOptions): Promise<readonly Finding[]> {
  const called = address();
  const asked = {
    config: config(),
    credentials: credentials(),
    probe: called && (await probe(called)),
  };
  try {
    const answer: { findings: readonly Finding[] } = await $.ajax({
      url: `telephony-webhooks/sources/${encodeURIComponent(id)}/test`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(asked),
    });
    return answer.findings;
  } catch (failure) {
    const told = (failure as JQuery.jqXHR).responseJSON as Sentence | undefined;
    const reason = told?.message ? said(translate, told) : translate('test.unavailable');
    return [{ grade: 'bad', code: 'failed', values: { reason } }];
  }
}

/**
 * Calls the address from here, as far outside as one can from a panel: the source notes the id. The answer to a call of
 * another origin cannot be read, and need not be.
 */
async function probe(address: URL): Promise<{ id: string; status: number }> {
  const id = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const url = new URL(address);
  url.searchParams.set('webhook-test', id);
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      mode: 'no-cors',
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    });
    return { id, status: response.status };
  } catch {
    return { id, status: 0 };
  }
}

function shown({ grade, code, values = {}, copy }: Finding, translate: Translate): HTMLElement {
  const written = Object.entries(values).map(([name, value]) => [
    name.replace(/Ms$/, ''),
    name.endsWith('Ms')
      ? new Date(Number(value)).toLocaleString()
      : typeof value === 'object'
        ? said(translate, value)
        : value,
  ]);
  const sign = element('i', {
    class: `fa fa-${ICONS[grade]}`,
    role: 'img',
    'aria-label': translate(`test.grades.${grade}`),
  });
  const words = translate(`test.${code}`, Object.fromEntries(written));
  const line = element('li', { class: `telephony-finding-${grade}` }, sign, ' ', words);
  if (copy !== undefined) line.append(toCopy(copy, translate));
  return line;
}

function toCopy(text: string, translate: Translate): HTMLElement {
  const button = element('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, icon('clipboard'));
  button.append(' ', translate('test.copy'));
  button.addEventListener('click', () => RED.clipboard.copyText(text, $(button), 'clipboard.copied'));
  return element('div', {}, element('pre', { class: 'telephony-preview', tabindex: '0' }, text), button);
}
