/** Finds the variables in a text of a template, well enough to point at them; the runtime reads them for good. */

const BRACES = /\{\{([^{}]*)\}\}/g;

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
