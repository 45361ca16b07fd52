/** Finds the variables in a text of a template, well enough to point at them; the runtime reads them for good. */
import type { Field } from '../../../src/template/field';
import type { TemplateConfig } from '../../../src/template/template-config';

const BRACES = /\{\{([^{}]*)\}\}/g;

/** The names that a template uses: those that are ticked, and the variables in all of its texts. */
export function namesUsed(
  { available, url, user, query, headers, text, rpcMethod, rpcId }: TemplateConfig,
  isParameter: (name: string) => boolean,
): readonly string[] {
  const texts = (rows: readonly Field[]): readonly string[] =>
    rows.flatMap(({ value }) => (typeof value === 'string' ? [value] : texts(value)));
  const all = [url, text, rpcMethod, rpcId, ...[user, query, headers].flatMap(texts)].join('\n');
  return [...new Set([...available, ...variablesIn(all, isParameter)])];
}

/** The names of a text that stand for parameters: `{{callId}}`, `${{имя}}`, `{{date endTime "HH:mm"}}`, `{{#if did}}`. */
export function variablesIn(text: string, isParameter: (name: string) => boolean): readonly string[] {
  const found = new Set<string>();
  for (const [, inner = ''] of text.matchAll(BRACES)) {
    const whole = inner.trim();
    const parts = isParameter(whole) ? [whole] : whole.replace(/"[^"]*"|'[^']*'/g, '').split(/[\s()#/~=]+/);
    for (const part of parts) {
      const [head = ''] = part.split('.');
      if (part !== '' && isParameter(part)) found.add(part);
      else if (isParameter(head)) found.add(head);
    }
  }
  return [...found];
}
