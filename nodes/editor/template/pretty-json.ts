/** JSON for people to read: with line breaks, and otherwise as it was written, so that long numbers keep their digits. */

const PIECES = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Text that is no JSON comes back as it is. */
export function pretty(text: string): string {
  if (!isJson(text)) return text;
  let depth = 0;
  let previous = '';
  let result = '';
  const newLine = (): string => `\n${'  '.repeat(depth)}`;
  for (const [piece] of text.matchAll(PIECES)) {
    const closes = piece === '}' || piece === ']';
    const isEmpty = closes && (previous === '{' || previous === '[');
    if (closes) depth -= 1;
    if (previous === ',' || (previous === '{' || previous === '[' ? !isEmpty : closes)) result += newLine();
    result += piece === ':' ? ': ' : piece;
    if (piece === '{' || piece === '[') depth += 1;
    previous = piece;
  }
  return result;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
