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

/** Names the button with which Node-RED's editableList removes a row; `content` is what the list gives to fill. */
export function nameRemoval(content: Element | undefined, name: string): void {
  content?.parentElement?.querySelector(':scope > .red-ui-editableList-item-remove')?.setAttribute('aria-label', name);
}

/** Goes on in a row that the user has just added to one of Node-RED's editableLists, as soon as it is in its place. */
export function startTyping(content: Element | undefined): void {
  requestAnimationFrame(() => {
    const inputs = [...(content?.querySelectorAll('input') ?? [])];
    // A typedInput hides the input that it takes the place of.
    inputs.find((input) => input.getClientRects().length > 0)?.focus();
  });
}

/**
 * The part of a form that takes a widget; of the panel on top, where a configuration node is edited out of a node's. Throws
 * where the form lacks it: form.html and editor.ts disagree.
 */
export function slot(selector: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].at(-1);
  if (found === undefined) throw new Error(`The form has no ${selector}`);
  return found;
}

/** Shows the element only while `shown`. */
export function show(target: Element | null, shown: boolean): void {
  target?.classList.toggle('telephony-hidden', !shown);
}
