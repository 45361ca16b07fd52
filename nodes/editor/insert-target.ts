/** Remembers the field that was used last and puts text at its cursor. */

/** Where text can go. */
interface Target {
  insert(text: string): void;
}

export interface InsertTarget {
  /** Puts text at the cursor of the field used last, or of `fallback`. False: there is none. */
  insert(text: string): boolean;
  /** Takes a code editor that lives in `container` into account. */
  addEditor(container: HTMLElement, editor: CodeEditor): void;
}

/** Inputs below an element of this class take variables: the URL, values, the body; never a key. */
export const INSERTABLE = 'telephony-insertable';

/** `fallback` gives the field that is meant before any was used. */
export function insertTarget(root: HTMLElement, fallback: () => HTMLInputElement | null): InsertTarget {
  const editors = new Map<HTMLElement, CodeEditor>();
  let last: Target | undefined;
  let lastElement: Element | undefined;
  root.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    for (const [container, editor] of editors) {
      if (!container.contains(target)) continue;
      last = { insert: (text) => insertIntoEditor(editor, text) };
      lastElement = container;
      return;
    }
    if (!(target instanceof HTMLInputElement) && !(target instanceof HTMLTextAreaElement)) return;
    if (target.type === 'checkbox' || target.closest(`.${INSERTABLE}`) === null) return;
    last = { insert: (text) => insertIntoInput(target, text) };
    lastElement = target;
  });
  return {
    addEditor: (container, editor) => editors.set(container, editor),
    insert(text) {
      const stillThere = lastElement?.isConnected === true && lastElement.getClientRects().length > 0;
      const input = fallback();
      const target =
        stillThere && last !== undefined ? last : input && { insert: (more: string) => insertIntoInput(input, more) };
      target?.insert(text);
      return Boolean(target);
    },
  };
}

function insertIntoInput(input: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  input.focus();
  input.setRangeText(text, input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length, 'end');
  // Node-RED's widgets and validators listen to jQuery events, ours to the native one.
  input.dispatchEvent(new Event('input', { bubbles: true }));
  $(input).trigger('change');
}

function insertIntoEditor(editor: CodeEditor, text: string): void {
  editor.focus();
  if (editor.trigger) editor.trigger('telephony', 'type', { text });
  else editor.insert?.(text);
}
