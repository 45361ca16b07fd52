/** Questions that must be answered first, and buttons. */
import { element, icon } from '../dom';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly isPrimary?: boolean;
}

/** Asks, and answers with what was chosen. Null: nothing, by the last button or Escape. */
export function ask<Value extends string>(
  place: HTMLElement,
  question: { readonly title: string; readonly text: readonly string[]; readonly cancel: string },
  choices: readonly Choice<Value>[],
): Promise<Value | null> {
  return new Promise((resolve) => {
    const dialog = element(
      'dialog',
      { class: 'telephony-log-dialog', 'aria-label': question.title },
      element('h2', {}, question.title),
      ...question.text.map((text) => element('p', {}, text)),
    );
    const close = (value: Value | null): void => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const button = (label: string, value: Value | null, isPrimary: boolean): HTMLButtonElement => {
      const made = textButton(label, () => close(value));
      made.classList.toggle('telephony-log-primary', isPrimary);
      return made;
    };
    dialog.append(
      element(
        'div',
        { class: 'telephony-log-choices' },
        ...choices.map(({ value, label, isPrimary = false }) => button(label, value, isPrimary)),
        button(question.cancel, null, false),
      ),
    );
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      close(null);
    });
    // The editor has shortcuts of its own.
    dialog.addEventListener('keydown', (event) => event.stopPropagation());
    place.append(dialog);
    dialog.showModal();
    dialog.querySelector<HTMLElement>('.telephony-log-primary')?.focus();
  });
}

export function textButton(label: string, onClick: () => void, image?: string): HTMLButtonElement {
  const button = element(
    'button',
    { type: 'button', class: 'telephony-log-button' },
    ...(image === undefined ? [] : [icon(image), ' ']),
    element('span', {}, label),
  );
  button.addEventListener('click', onClick);
  return button;
}

/** A button of which a narrow view shows the icon only; then the label is its name still. */
export function toolButton(image: string, label: string, onClick: () => void): HTMLButtonElement {
  const button = textButton(label, onClick, image);
  button.classList.add('telephony-log-tool');
  button.title = label;
  button.setAttribute('aria-label', label);
  return button;
}
