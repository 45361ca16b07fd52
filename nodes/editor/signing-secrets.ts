/** Keys that sign requests. Like all passwords they never come back; several are for the time in which one replaces another. */

import type { Sentence } from '../../src/sentence';
import { readKeyText, writeKeyText } from '../../src/signing/key-text';
import { element, nameRemoval, show, startTyping } from './dom';
import { said } from './said';

/** Node-RED's mark for a password that exists and stays. */
const KEPT = '__PWRD__';
const KEY_BYTES = 32;

export interface SigningSecrets {
  /** Looks at every key again, after another way to sign was chosen. */
  check(): void;
}

/**
 * `credential` is Node-RED's password field for the JSON text of the list of keys. `isStandard`: keys have to be those of
 * Standard Webhooks; else they are any text.
 */
export function signingSecrets(
  container: HTMLElement,
  credential: HTMLInputElement,
  { translate, isStandard }: { readonly translate: Translate; readonly isStandard: () => boolean },
): SigningSecrets {
  const rows = (): HTMLElement[] =>
    [...container.querySelectorAll<HTMLElement>('.telephony-signing-key')].filter(
      (row) => !row.closest('.red-ui-editableList-item-deleting'),
    );
  const save = (): void => {
    const keys = rows()
      .map((row) => row.querySelector('input')?.value.trim())
      .filter(Boolean);
    credential.value = keys.length === 0 ? '' : JSON.stringify(keys);
    $(credential).trigger('change');
  };
  const note = element(
    'p',
    { class: 'telephony-tip telephony-tip-wide' },
    credential.value === KEPT ? translate('signingSecrets.kept') : '',
  );
  const checks = new WeakMap<HTMLElement, () => void>();
  const list = $(element('ol')).appendTo(container);
  list.editableList<{ value: string }>({
    addButton: translate('signingSecrets.add'),
    height: 'auto',
    removable: true,
    scrollOnAdd: false,
    ariaLabel: translate('signingSecrets.label'),
    addItem(row, _index, { value = '' }) {
      nameRemoval(row[0], translate('textList.remove'));
      // Shown as text: a new key has to be copied to the receiver, and an old one is never here.
      const input = element('input', {
        type: 'text',
        autocomplete: 'off',
        spellcheck: 'false',
        'aria-label': translate('signingSecrets.label'),
      });
      input.value = value;
      const problem = element('div', { class: 'telephony-problem', role: 'alert' });
      const publicKey = element('div', { class: 'telephony-tip telephony-tip-wide telephony-public-key' });
      const check = (): void => {
        const typed = input.value.trim();
        const kind = readKeyText(typed)?.kind;
        const wrong = typed !== '' && isStandard() && kind !== 'secret' && kind !== 'private';
        input.classList.toggle('input-error', wrong);
        problem.textContent = wrong ? translate('signingSecrets.wrong') : '';
        publicKey.textContent = '';
        show(makePair, isStandard());
        input.placeholder = isStandard() ? 'whsec_…' : '';
        if (isStandard() && kind === 'private') showPublicKey(input, publicKey, translate);
      };
      input.addEventListener('input', () => {
        check();
        save();
      });
      const make = (kind: 'secret' | 'private'): HTMLButtonElement => {
        const button = element(
          'button',
          { type: 'button', class: 'red-ui-button red-ui-button-small', title: translate(`signingSecrets.${kind}Tip`) },
          translate(`signingSecrets.${kind}`),
        );
        button.addEventListener('click', () => {
          const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
          input.value = writeKeyText({ kind, bytes });
          input.dispatchEvent(new Event('input'));
        });
        return button;
      };
      const makePair = make('private');
      const line = element(
        'div',
        { class: 'telephony-text-row telephony-signing-key' },
        input,
        make('secret'),
        makePair,
      );
      checks.set(line, check);
      check();
      row.append(line, publicKey, problem);
      startTyping(row[0]);
    },
    removeItem: save,
  });
  container.append(note);
  return { check: () => rows().forEach((row) => void checks.get(row)?.()) };
}

/** The runtime computes it: browsers do so only where the editor came by HTTPS. */
function showPublicKey(input: HTMLInputElement, target: HTMLElement, translate: Translate): void {
  const privateKey = input.value.trim();
  $.ajax({
    url: 'telephony-webhooks/public-key',
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify({ privateKey }),
  }).then(
    ({ publicKey }: { publicKey: string }) => {
      if (input.value.trim() === privateKey)
        target.textContent = translate('signingSecrets.public', { key: publicKey });
    },
    ({ responseJSON: told }: { responseJSON?: Sentence }) => {
      target.textContent = told?.message ? said(translate, told) : translate('signingSecrets.noPublic');
    },
  );
}
