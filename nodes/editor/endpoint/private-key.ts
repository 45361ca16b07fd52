/** A private key of several lines, pasted or chosen as a file. Like all passwords it never comes back. */
import { element } from '../dom';

/** Node-RED's mark for a password that exists and stays. */
const KEPT = '__PWRD__';
/** A key file has some 2 kB. */
const LARGEST_FILE_BYTES = 64 * 1024;

/** `credential` is Node-RED's field for the text; it takes several lines. */
export function privateKey(container: HTMLElement, credential: HTMLTextAreaElement, translate: Translate): void {
  const stored = credential.value === KEPT;
  const input = element('textarea', {
    id: 'telephony-privateKey-text',
    class: 'telephony-key-text',
    rows: '4',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-label': translate('privateKey.label'),
    placeholder: translate(stored ? 'privateKey.kept' : 'privateKey.placeholder'),
  });
  const problem = element('div', { class: 'telephony-problem', role: 'alert' });
  const tell = (wrong: boolean): void => {
    input.classList.toggle('input-error', wrong);
    problem.textContent = wrong ? translate('privateKey.wrong') : '';
  };
  input.addEventListener('input', () => {
    const typed = input.value.trim();
    credential.value = typed === '' && stored ? KEPT : typed;
    tell(typed !== '' && !looksLikeKey(typed));
    $(credential).trigger('change');
  });

  const file = element('input', { type: 'file', accept: '.json,.pem,.key', class: 'telephony-hidden', tabindex: '-1' });
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    file.value = '';
    if (!chosen) return;
    if (chosen.size > LARGEST_FILE_BYTES) {
      tell(true);
      return;
    }
    void chosen.text().then((text) => {
      input.value = text;
      input.dispatchEvent(new Event('input'));
    });
  });
  const choose = element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small' },
    translate('privateKey.choose'),
  );
  choose.addEventListener('click', () => file.click());
  container.append(input, problem, choose, file);
}

/** The runtime reads it for good; this tells a file that is none. */
function looksLikeKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}
