/** Pieces of which the view of a delivery consists. */
import { element } from '../dom';

/** Something that can be folded; `name` tells it from the others, so that it stays open when the view is drawn anew. */
export function part(name: string, title: string, isOpen: boolean, ...content: readonly HTMLElement[]): HTMLElement {
  const made = element('details', { 'data-part': name }, element('summary', {}, title), ...content);
  made.open = isOpen;
  return made;
}

export function pre(text: string): HTMLElement {
  return element('pre', { tabindex: '0' }, text);
}

export function note(text: string): HTMLElement {
  return element('p', { class: 'telephony-log-note' }, text);
}
