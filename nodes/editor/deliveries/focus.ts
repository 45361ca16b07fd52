/** Where the keyboard is, while what it is at is drawn anew: `data-focus` names what comes back under the same name. */

export function keepingFocus(place: HTMLElement, draw: () => void): void {
  const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute('data-focus') : null;
  draw();
  if (focused) place.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}
