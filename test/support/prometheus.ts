/** Reads Prometheus text (format 0.0.4) strictly: what does not follow the format throws. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;

/** Families by name. A histogram's samples are in the family without `_bucket`, `_sum` and `_count`. */
export function parsePrometheus(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line has no end');
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, word, named = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (word !== undefined) {
      if (!NAME.test(named)) throw new Error(`No name: ${line}`);
      const family = families.get(named) ?? { type: '', help: '', samples: [] };
      families.set(named, family);
      if (word === 'HELP') family.help = rest;
      else family.type = rest;
      continue;
    }
    const [, name = '', inside, number = ''] = /^([^{\s]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!NAME.test(name)) throw new Error(`No sample: ${line}`);
    const family = families.get(name) ?? families.get(name.replace(/_(?:bucket|sum|count)$/, ''));
    if (!family?.type) throw new Error(`A sample before its type: ${line}`);
    const series = `${name}{${inside}}`;
    if (seen.has(series)) throw new Error(`Twice: ${series}`);
    seen.add(series);
    family.samples.push({ name, labels: labelsOf(inside ?? ''), value: numberOf(number) });
  }
  return families;
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (LABEL.lastIndex = 0; LABEL.lastIndex < text.length; ) {
    const at = LABEL.lastIndex;
    const match = LABEL.exec(text);
    if (!match) throw new Error(`No label: ${text.slice(at)}`);
    const [, name = '', value = ''] = match;
    if (name in labels) throw new Error(`Label ${name} twice`);
    labels[name] = value.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`No number: ${text}`);
  return value;
}
