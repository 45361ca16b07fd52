/** Fields that show only while others have certain values: `<div data-when="schedule=list|fixed retryIfError=true">`. */
import { show } from '../dom';

/** Starts showing and hiding below `root`; each element shows while all of its conditions hold. */
export function showWhenItMatters(root: HTMLElement): void {
  const update = (): void => {
    for (const target of root.querySelectorAll<HTMLElement>('[data-when]')) {
      const conditions = (target.dataset['when'] ?? '').split(' ').filter(Boolean);
      show(
        target,
        conditions.every((condition) => holds(root, condition)),
      );
    }
  };
  root.addEventListener('input', update);
  $(root).on('change', update);
  update();
}

/** `name=a|b`: is one of these; `name!=a|b`: is none of them. Names are those of properties. */
function holds(root: HTMLElement, condition: string): boolean {
  const [, name = '', not, words = ''] = /^(\w+)(!?)=(.*)$/.exec(condition) ?? [];
  const field = root.querySelector<HTMLInputElement>(`#node-input-${name}, #node-config-input-${name}`);
  if (field === null) throw new Error(`No field for the condition ${condition}`);
  const value = field.type === 'checkbox' ? String(field.checked) : field.value;
  // A configuration node that is not chosen has the value _ADD_.
  const isOne = words.split('|').includes(value === '_ADD_' ? '' : value);
  return not === '!' ? !isOne : isOne;
}
