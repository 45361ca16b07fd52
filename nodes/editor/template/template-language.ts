/** The language of template texts for Monaco: what is a variable, a helper or a secret, and what can be typed there. */

export const TEMPLATE_LANGUAGE = 'telephony-template';

/** Something that can be typed in braces, or a secret between percent signs. */
export interface Suggestion {
  readonly kind: 'parameter' | 'helper' | 'secret';
  readonly name: string;
  readonly detail: string;
  readonly documentation: string;
}

let suggestions: () => readonly Suggestion[] = () => [];

/** What the body that is being edited can hold. Monaco's providers are for good; a panel is not. */
export function setSuggestions(of: () => readonly Suggestion[]): void {
  suggestions = of;
}

let isRegistered = false;

export function registerLanguage(): void {
  const { monaco } = window;
  if (isRegistered || !monaco) return;
  isRegistered = true;
  monaco.languages.register({ id: TEMPLATE_LANGUAGE });
  monaco.languages.setMonarchTokensProvider(TEMPLATE_LANGUAGE, TOKENS);
  monaco.languages.setLanguageConfiguration(TEMPLATE_LANGUAGE, {
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    // Colours by pairs would tear the braces of a variable apart.
    colorizedBracketPairs: [],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"', notIn: ['string'] },
    ],
  });
  monaco.languages.registerCompletionItemProvider(TEMPLATE_LANGUAGE, {
    triggerCharacters: ['{', '%'],
    provideCompletionItems: (model, { lineNumber, column }) => ({
      suggestions: completions(model.getLineContent(lineNumber), lineNumber, column),
    }),
  });
}

/** JSON, or any other text, with expressions in double braces and secrets in percent signs anywhere, in strings too. */
const TOKENS = {
  defaultToken: '',
  tokenizer: {
    root: [
      { include: '@template' },
      [/"(?=(?:[^"\\]|\\.)*"\s*:)/, { token: 'string.key', next: '@key' }],
      [/"/, { token: 'string', next: '@string' }],
      [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/, 'number'],
      [/\b(?:true|false|null)\b/, 'keyword'],
      [/[{}[\],:]/, 'delimiter'],
    ],
    template: [
      [/\$?\{\{\{?[#/^~]?/, { token: 'keyword.variable', next: '@expression' }],
      [/%[A-Za-z_][A-Za-z0-9_]{2,}%/, 'regexp'],
    ],
    key: [
      { include: '@template' },
      [/[^"\\{$%]+|\\./, 'string.key'],
      [/"/, { token: 'string.key', next: '@pop' }],
      [/./, 'string.key'],
    ],
    string: [
      { include: '@template' },
      [/[^"\\{$%]+|\\./, 'string'],
      [/"/, { token: 'string', next: '@pop' }],
      [/./, 'string'],
    ],
    expression: [
      [/~?\}\}\}?/, { token: 'keyword.variable', next: '@pop' }],
      [/"[^"]*"|'[^']*'/, 'string'],
      [/-?\d+(?:\.\d+)?\b/, 'number'],
      [/[^\s{}"'()=]+/, 'variable'],
      [/[()=]/, 'delimiter'],
    ],
  },
};

/** Monaco's numbers for the icons of a variable, a function and a constant. */
const ICONS = { parameter: 4, helper: 1, secret: 14 } as const;

function completions(line: string, lineNumber: number, column: number): readonly MonacoCompletion[] {
  const before = line.slice(0, column - 1);
  const after = line.slice(column - 1);
  const [, open, typed = ''] = /(\{\{|%)([^{}%]*)$/.exec(before) ?? [];
  if (open === undefined) return [];
  const isSecret = open === '%';
  if (isSecret && !/^\w*$/.test(typed)) return [];
  const [word = ''] = isSecret ? [typed] : (/[^\s#(]*$/.exec(typed) ?? []);
  const end = isSecret ? '%' : '}}';
  const close = after.trimStart().startsWith(end) ? '' : end;
  const range = {
    startLineNumber: lineNumber,
    endLineNumber: lineNumber,
    startColumn: column - word.length,
    endColumn: column,
  };
  return suggestions()
    .filter(({ kind }) => (kind === 'secret') === isSecret)
    .map(({ kind, name, detail, documentation }) => ({
      label: name,
      kind: ICONS[kind],
      detail,
      documentation,
      insertText: `${name}${kind === 'helper' ? ' ' : close}`,
      range,
    }));
}
