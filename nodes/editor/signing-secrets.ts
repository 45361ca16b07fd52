/** Keys that sign requests. Like all passwords they never come back; several are for the time in which one replaces another. */
import { element } from './dom';

/** Node-RED's mark for a password that exists and stays. */
const KEPT = '__PWRD__';
const KEY_BYTES = 32;

/** `credential` is Node-RED's password field for the JSON text of the list of keys. */
export function signingSecrets(container: HTMLElement, credential: HTMLInputElement, translate: Translate): void {
  const inputs: () => HTMLInputElement[] = () =>
    [...container.querySelectorAll<HTMLInputElement>('.telephony-text-row input')].filter(
      (input) => !input.closest('.red-ui-editableList-item-deleting'),
    );
  const save = (): void => {
    const keys = inputs()
      .map(({ value }) => value.trim())
      .filter(Boolean);
    credential.value = keys.length === 0 ? '' : JSON.stringify(keys);
    $(credential).trigger('change');
  };
  const note = element(
    'p',
    { class: 'telephony-tip telephony-tip-wide' },
    credential.value === KEPT ? translate('signingSecrets.kept') : '',
  );
  const list = $(element('ol')).appendTo(container);
  list.editableList<{ value: string }>({
    addButton: translate('signingSecrets.add'),
    height: 'auto',
    removable: true,
    scrollOnAdd: false,
    ariaLabel: translate('signingSecrets.label'),
    addItem(row, _index, { value = '' }) {
      // Shown as text: a new key has to be copied to the receiver, and an old one is never here.
      const input = element('input', {
        type: 'text',
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: 'whsec_…',
        'aria-label': translate('signingSecrets.label'),
      });
      input.value = value;
      const problem = element('div', { class: 'telephony-problem', role: 'alert' });
      input.addEventListener('input', () => {
        const typed = input.value.trim();
        const wrong = typed !== '' && !isKey(typed);
        input.classList.toggle('input-error', wrong);
        problem.textContent = wrong ? translate('signingSecrets.wrong') : '';
        save();
      });
      const make = element(
        'button',
        { type: 'button', class: 'red-ui-button red-ui-button-small' },
        translate('signingSecrets.make'),
      );
      make.addEventListener('click', () => {
        input.value = newKey();
        input.dispatchEvent(new Event('input'));
      });
      row.append(element('div', { class: 'telephony-text-row' }, input, make), problem);
    },
    removeItem: save,
  });
  container.append(note);
}

/** `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks writes keys. */
function isKey(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
  return bytes >= 24 && bytes <= 64;
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
