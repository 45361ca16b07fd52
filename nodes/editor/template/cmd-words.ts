/** The words of one command as Windows reads them: first cmd.exe, to which `^` matters, then the program, to which quotes do. */

/** Whether a command is written for cmd.exe: its first line goes on by `^`, or what is quoted first is quoted by `^"`. */
export function isForCmd(command: string): boolean {
  return /^[^'\n]*\^\r?\n/.test(command) || /^[^'"]*\^"/.test(command);
}

/** Ends, as the command does, at the first line break or `|`, `&`, `<`, `>` that is neither quoted nor behind a `^`. */
export function cmdWords(command: string): readonly string[] {
  return argumentsOf(withoutCarets(command.replaceAll('\r\n', '\n').trim()));
}

/** What cmd.exe hands on. Quotes stay; behind `^` a quote is one for the program alone, and a line break is none. */
function withoutCarets(text: string): string {
  let line = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '^' && !isQuoted) {
      // The end of a line goes, and what begins the next one is taken as it is.
      at += text[at + 1] === '\n' ? 2 : 1;
      line += text[at] ?? '';
    } else if (char === '\n' || (!isQuoted && /[|&<>]/.test(char))) {
      break;
    } else {
      if (char === '"') isQuoted = !isQuoted;
      line += char;
    }
  }
  return line;
}

/** The arguments that a program reads from its command line by the rules of Microsoft's C runtime. */
function argumentsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const [run = '', backslashes = '', quote] = /^(\\*)("?)/.exec(line.slice(at)) ?? [];
    if (quote === '"') {
      // Before a quote, two backslashes are one, and one that is left over makes the quote a character.
      const isEscaped = backslashes.length % 2 === 1;
      const isDoubled = isQuoted && !isEscaped && line[at + run.length] === '"';
      word = (word ?? '') + '\\'.repeat(Math.floor(backslashes.length / 2)) + (isEscaped || isDoubled ? '"' : '');
      at += run.length - (isDoubled ? 0 : 1);
      if (!isEscaped && !isDoubled) isQuoted = !isQuoted;
    } else if (!isQuoted && /\s/.test(line[at] ?? '')) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + (backslashes || (line[at] ?? ''));
      at += Math.max(0, backslashes.length - 1);
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
