/** Remembers the field that was used last and puts text at its cursor. */

export interface InsertTarget {
  /** Puts text at the cursor of the field used last, or of the first fallback. False: none of them can be seen. */
  insert(text: string): boolean;
  /** Takes a code editor that lives in `container` into account. */
  addEditor(container: HTMLElement, editor: { insert(text: string): void }): void;
}

/** Inputs below an element of this class take variables: the URL, values, the body; never a key. */
export const INSERTABLE = 'telephony-insertable';

/** `fallbacks`: the inputs and containers of editors that are meant before any was used. */
export function insertTarget(root: HTMLElement, fallbacks: () => readonly HTMLElement[]): InsertTarget {
  const editors = new Map<HTMLElement, { insert(text: string): void }>();
  let last: HTMLElement | undefined;
  root.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const container = [...editors.keys()].find((one) => one.contains(target));
    if (container !== undefined) last = container;
    else if (isText(target) && target.closest(`.${INSERTABLE}`) !== null) last = target;
  });
  return {
    addEditor: (container, editor) => editors.set(container, editor),
    insert(text) {
      const field = [...(last ? [last] : []), ...fallbacks()].find(isVisible);
      const editor = field && editors.get(field);
      if (editor) editor.insert(text);
      else if (isText(field)) insertIntoInput(field, text);
      return field !== undefined;
    },
  };
}

function isText(field: HTMLElement | undefined): field is HTMLInputElement | HTMLTextAreaElement {
  return field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type !== 'checkbox');
}

/** Not of a row that is gone, or on a tab that is not shown: nobody would notice what is put there. */
function isVisible(field: HTMLElement): boolean {
  return field.isConnected && field.getClientRects().length > 0;
}

/** Puts text at the cursor of an input, as if it were typed. */
export function insertIntoInput(input: HTMLInputElement | HTMLTextAreaElement | null, text: string): void {
  if (!input) return;
  input.focus();
  input.setRangeText(text, input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length, 'end');
  // Node-RED's widgets and validators listen to jQuery events, ours to the native one.
  input.dispatchEvent(new Event('input', { bubbles: true }));
  $(input).trigger('change');
}
