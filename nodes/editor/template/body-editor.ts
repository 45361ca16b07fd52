/**
 * The code editor of a template's body: Monaco with variables, helpers and secrets in colour and completed as they are typed;
 * with Node-RED's other editors the same text, without that.
 */
import { insertIntoInput } from '../insert-target';
import type { Finding } from '../preview-pane';
import { registerLanguage, type Suggestion, setSuggestions, TEMPLATE_LANGUAGE } from './template-language';

export interface BodyEditor {
  value(): string;
  setValue(text: string): void;
  /** Puts text at the cursor. */
  insert(text: string): void;
  focus(): void;
  /** Underlines what is wrong, in place of what was underlined before. */
  mark(findings: readonly BodyFinding[]): void;
  resize(): void;
  close(): void;
}

export interface BodyFinding extends Pick<Finding, 'message' | 'atLine'> {
  readonly severity: 'problem' | 'warning';
}

export interface BodyEditorOptions {
  readonly value: string;
  readonly label: string;
  readonly suggestions: () => readonly Suggestion[];
  readonly onChange: () => void;
}

export function bodyEditor(container: HTMLElement, options: BodyEditorOptions): BodyEditor {
  const isMonaco = RED.editor.codeEditor.editor?.type === 'monaco' && window.monaco !== undefined;
  if (isMonaco) registerLanguage();
  const editor = RED.editor.createEditor({
    id: container.id,
    // The other editors load the mode by its name.
    mode: isMonaco ? `ace/mode/${TEMPLATE_LANGUAGE}` : 'ace/mode/handlebars',
    value: options.value,
    ariaLabel: options.label,
    minimap: { enabled: false },
    wordWrap: 'on',
    // The panel may be narrow.
    glyphMargin: false,
    folding: false,
    lineNumbersMinChars: 2,
    lineDecorationsWidth: 6,
    formatOnPaste: false,
    // What is dropped would arrive as a snippet, in which braces have a meaning.
    dropIntoEditor: { enabled: false },
    inlineSuggest: { enabled: false },
  });
  setSuggestions(options.suggestions);
  editor.on('change', options.onChange);
  const insert = (text: string): void => {
    editor.focus();
    // Typed key by key, a brace would be closed by Monaco once more.
    const selection = isMonaco ? editor.getSelection?.() : undefined;
    if (selection) editor.executeEdits?.('telephony', [{ range: selection, text, forceMoveMarkers: true }]);
    else if (editor.insert) editor.insert(text);
    else insertIntoInput(container.querySelector('textarea'), text);
  };
  if (isMonaco) takeDrops(container, editor, insert);
  return {
    value: () => editor.getValue(),
    setValue: (text) => editor.setValue(text),
    insert,
    focus: () => editor.focus(),
    mark(findings) {
      const model = isMonaco ? editor.getModel?.() : undefined;
      if (!model) return;
      const markers = findings.map(({ message, atLine, severity }) => {
        const line = Math.min(atLine?.line ?? 1, model.getLineCount());
        return {
          message: atLine?.message ?? message,
          // Monaco's numbers for an error and a warning.
          severity: severity === 'problem' ? 8 : 4,
          startLineNumber: line,
          startColumn: model.getLineFirstNonWhitespaceColumn(line) || 1,
          endLineNumber: line,
          endColumn: model.getLineMaxColumn(line),
        };
      });
      window.monaco?.editor.setModelMarkers(model, 'telephony', markers);
    },
    resize: () => editor.resize?.(),
    close() {
      setSuggestions(() => []);
      editor.destroy();
    },
  };
}

/** Variables and other texts can be dragged into Monaco. */
function takeDrops(container: HTMLElement, editor: CodeEditor, insert: (text: string) => void): void {
  const isText = (event: DragEvent): boolean => event.dataTransfer?.types.includes('text/plain') === true;
  container.addEventListener('dragover', (event) => {
    if (isText(event)) event.preventDefault();
  });
  container.addEventListener('drop', (event) => {
    if (!isText(event)) return;
    event.preventDefault();
    const position = editor.getTargetAtClientPoint?.(event.clientX, event.clientY)?.position;
    if (position) editor.setPosition?.(position);
    insert(event.dataTransfer?.getData('text/plain') ?? '');
  });
}
