/** A mistake in a template's source: it cannot work with any event. */

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  constructor(
    message: string,
    /** From 1. */
    readonly line: number,
  ) {
    super(message);
  }
}

/** The message, with the line where the source has several. */
export function describe(error: TemplateError, source: string): string {
  return source.trim().includes('\n') ? `Line ${error.line}: ${error.message}` : error.message;
}

/** The line, from 1, of an offset. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
