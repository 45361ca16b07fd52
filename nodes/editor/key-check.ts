/** What a key of a table may be: product rules that the runtime checks again at deploy. */

/** A reason (key of a locale text) why a key is refused; undefined where it is fine. */
export function keyProblem(key: string, isParameter: (name: string) => boolean): string | undefined {
  const trimmed = key.trim();
  if (trimmed === '') return 'table.keyEmpty';
  if (!trimmed.includes('{{')) return undefined;
  // Ringostat writes a literal name with spaces or Cyrillic letters as one whole {{…}}.
  const literal = /^\$?\{\{([^{}]+)\}\}$/.exec(trimmed)?.[1]?.trim();
  if (literal !== undefined && !isParameter(literal) && !/^msg\b/.test(literal)) return undefined;
  return 'table.keyVariable';
}
