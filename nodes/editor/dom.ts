/** Builds elements. Texts only ever become text nodes, so that nothing from outside can become markup. */

type Child = Node | string;

export interface Attributes {
  readonly class?: string;
  readonly [attribute: string]: string | undefined;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A Font Awesome icon, which says nothing to screen readers. */
export function icon(name: string): HTMLElement {
  return element('i', { class: `fa fa-${name}`, 'aria-hidden': 'true' });
}

/** A small button with an icon of which the title says what it does. */
export function iconButton(name: string, title: string, onClick: (event: MouseEvent) => void): HTMLButtonElement {
  const button = element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small telephony-icon-button', title, 'aria-label': title },
    icon(name),
  );
  button.addEventListener('click', onClick);
  return button;
}

/** Says what the button of an editableList's row does that deletes it; Node-RED gives it an icon only. */
export function nameDeleteButton(row: JQuery, translate: Translate): void {
  row.parent().children('.red-ui-editableList-item-remove').attr('aria-label', translate('table.delete'));
}

/** The part of a form that takes a widget. Throws where the form lacks it: form.html and editor.ts disagree. */
export function slot(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The form has no ${selector}`);
  return found;
}

/** Shows the element only while `shown`. */
export function show(target: Element | null, shown: boolean): void {
  target?.classList.toggle('telephony-hidden', !shown);
}
