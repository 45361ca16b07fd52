/** The words of one shell command, as a POSIX shell or bash reads them; variables and globs stay as they are written. */

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const CODE = /x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})/y;

/**
 * Ends at the first unquoted line break or `;`, `|`, `&`, `<`, `>`: what follows is another matter. Inside of a word they stay,
 * though no shell would have it so: addresses are often pasted without quotes.
 */
export function shellWords(command: string): readonly string[] {
  // A line that ends in a backslash goes on in the next; so do pasted lines with Windows ends.
  const text = command.replaceAll('\r\n', '\n').trim();
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const add = (piece: string): void => {
    word = (word ?? '') + piece;
  };
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  while (at < text.length) {
    const char = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (char === "'" || (char === '$' && next === "'")) {
      const read = char === "'" ? single(text, at + 1) : ansi(text, at + 2);
      add(read.value);
      at = read.end;
    } else if (char === '"') {
      const read = double(text, at + 1);
      add(read.value);
      at = read.end;
    } else if (char === '\\') {
      if (next !== '\n') add(next);
      at += 2;
    } else if (char === '\n' || (/[;|&<>]/.test(char) && (word === undefined || !/\S/.test(next)))) {
      break;
    } else {
      if (/\s/.test(char)) endWord();
      else add(char);
      at += 1;
    }
  }
  endWord();
  return words;
}

interface Quoted {
  readonly value: string;
  /** Behind the closing quote, or the end where there is none. */
  readonly end: number;
}

function single(text: string, from: number): Quoted {
  const close = text.indexOf("'", from);
  const end = close === -1 ? text.length : close;
  return { value: text.slice(from, end), end: end + 1 };
}

function double(text: string, from: number): Quoted {
  let value = '';
  let at = from;
  for (; at < text.length && text[at] !== '"'; at += 1) {
    if (text[at] === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
      at += 1;
      if (text[at] === '\n') continue;
    }
    value += text[at];
  }
  return { value, end: at + 1 };
}

/** `$'…'`, in which browsers copy what needs escapes. */
function ansi(text: string, from: number): Quoted {
  let value = '';
  let at = from;
  while (at < text.length && text[at] !== "'") {
    if (text[at] !== '\\') {
      value += text[at];
      at += 1;
      continue;
    }
    at += 1;
    CODE.lastIndex = at;
    const [code, byte, short, long, octal] = CODE.exec(text) ?? [];
    const number = Number.parseInt(octal ?? byte ?? short ?? long ?? '', octal === undefined ? 16 : 8);
    const char = text[at] ?? '';
    value += code === undefined ? (ESCAPES[char] ?? char) : number <= 0x10_ff_ff ? String.fromCodePoint(number) : '';
    at += code?.length ?? 1;
  }
  return { value, end: at + 1 };
}
