/** A mistake in a template's source: it cannot work with any event. */
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  constructor(
    readonly sentence: Sentence,
    /** From 1. */
    readonly line: number,
  ) {
    super(sentence.message);
  }
}

/** What is wrong, with the line where the source has several. */
export function describe({ line, sentence }: TemplateError, source: string): Sentence {
  return source.trim().includes('\n') ? template('at-line', { line, reason: sentence }) : sentence;
}

/** The line, from 1, of an offset. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
