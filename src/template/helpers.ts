/** The functions that a template can call, as `{{upper callerName}}`. */
import { shortened } from '../errors';
import { dateFormatProblem } from '../event/date-format';
import { toE164 } from '../event/phone-number';
import { compileTimeFormat, parseLocalTime, type TimeFormat } from '../event/time';
import { timeZoneProblem } from '../event/zone-name';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';
import { type DigestName, digest, HMAC_ALGORITHMS, HMAC_ENCODINGS, hmac } from './digests';
import { RenderError, tooLong } from './frame';
import { MAX_BODY_BYTES } from './template-config';
import { JsonText, jsonOf, ownValue, textOf } from './values';

/** What helpers know of the template that calls them. */
export interface HelperSettings {
  readonly timeZone: string;
  readonly dateFormat: string;
}

/** A helper: its arguments, how they are read, and what it makes of them. */
export interface Helper {
  /** Its call in full, for messages. */
  readonly usage: string;
  readonly least: number;
  readonly most: number;
  /** Arguments that go by name. */
  readonly named?: readonly string[];
  /** Times in its arguments stay ISO 8601. */
  readonly raw?: true;
  /** Its first argument may be a name that nobody knows. */
  readonly lenient?: true;
  /** Its arguments may be secrets, for what comes out does not tell them; those of calls within it may not: such a call could. */
  readonly hides?: true;
  /** What is wrong with an argument that is typed in as text. `name`: its place, from 0, or its name. */
  check?(value: string, name: number | string): Sentence | undefined;
  run(values: readonly unknown[], named: Readonly<Record<string, unknown>>, settings: HelperSettings): unknown;
}

const digestHelper = (name: DigestName): Helper => ({
  usage: `{{${name} value …}}`,
  least: 1,
  most: 20,
  hides: true,
  run: (values) => digest(name, values.map(textOf).join('')),
});

const textHelper = (name: string, change: (text: string) => string): Helper => ({
  usage: `{{${name} value}}`,
  least: 1,
  most: 1,
  run: ([value]) => change(textOf(value)),
});

const DATE: Helper = {
  usage: '{{date time "DD.MM.YYYY" "Europe/London"}}',
  least: 1,
  most: 3,
  named: ['format', 'zone'],
  raw: true,
  check: (value, name) => {
    if (name === 1 || name === 'format') return dateFormatProblem(value);
    return name === 2 || name === 'zone' ? timeZoneProblem(value) : undefined;
  },
  run([value, format, zone], named, settings) {
    if (isEmpty(value)) return undefined;
    const inFormat = textOf(format ?? named['format']) || settings.dateFormat;
    const inZone = textOf(zone ?? named['zone']) || settings.timeZone;
    const problem = dateFormatProblem(inFormat) ?? timeZoneProblem(inZone);
    if (problem !== undefined) throw new RenderError(problem);
    const time = parseLocalTime(value instanceof Date ? value.getTime() : textOf(value), settings.timeZone);
    if (time === undefined) throw new RenderError(template('no-time', { value: shortened(textOf(value)) }));
    return timeFormat(inFormat, inZone)(time);
  },
};

const HMAC: Helper = {
  usage: '{{hmac value "%secret%" "sha256" "hex"}}',
  least: 1,
  most: 4,
  named: ['key', 'algorithm', 'encoding'],
  hides: true,
  check: (value, name) => {
    if (name === 2 || name === 'algorithm') return hmacProblem(value, 'hex');
    return name === 3 || name === 'encoding' ? hmacProblem('sha256', value) : undefined;
  },
  run([value, key, algorithm, encoding], named) {
    const ofKey = textOf(key ?? named['key']);
    if (ofKey === '') throw new RenderError(template('hmac-key'));
    const by = (textOf(algorithm ?? named['algorithm']) || 'sha256').toLowerCase();
    const as = textOf(encoding ?? named['encoding']) || 'hex';
    const problem = hmacProblem(by, as);
    if (problem !== undefined) throw new RenderError(problem);
    return hmac(by, ofKey, textOf(value), as as (typeof HMAC_ENCODINGS)[number]);
  },
};

const HELPERS: ReadonlyMap<string, Helper> = new Map<string, Helper>([
  ['date', DATE],
  ['json', { usage: '{{json value}}', least: 1, most: 1, run: ([value]) => new JsonText(jsonOf(value, false)) }],
  [
    'default',
    {
      usage: '{{default value "instead"}}',
      least: 2,
      most: 20,
      lenient: true,
      run: (values) => values.find((value) => !isEmpty(value)),
    },
  ],
  ['upper', textHelper('upper', (text) => text.toUpperCase())],
  ['lower', textHelper('lower', (text) => text.toLowerCase())],
  [
    'replace',
    {
      usage: '{{replace value "old" "new"}}',
      least: 2,
      most: 3,
      run([value, old, fresh]) {
        const search = textOf(old);
        if (search === '') return textOf(value);
        const parts = textOf(value).split(search);
        const instead = textOf(fresh);
        // Looked at before it is made: a value that is put into itself is as long as its square.
        if (parts.length * instead.length > MAX_BODY_BYTES) throw tooLong();
        return parts.join(instead);
      },
    },
  ],
  ['md5', digestHelper('md5')],
  ['crc32', digestHelper('crc32')],
  ['sha1', digestHelper('sha1')],
  ['sha256', digestHelper('sha256')],
  ['hmac', HMAC],
  [
    'e164',
    {
      usage: '{{e164 callerNumber "GB"}}',
      least: 1,
      most: 2,
      named: ['country'],
      run([value, country], named) {
        const number = textOf(value);
        const inCountry = textOf(country ?? named['country']);
        // An extension or a withheld number has no other form than its own.
        return toE164(number, inCountry === '' ? undefined : inCountry) ?? number;
      },
    },
  ],
  [
    'lookup',
    {
      usage: '{{lookup list index}}',
      least: 2,
      most: 2,
      run: ([value, key]) => ownValue(value, textOf(key)),
    },
  ],
]);

export function findHelper(name: string): Helper | undefined {
  return HELPERS.get(name);
}

export const helperNames: readonly string[] = [...HELPERS.keys()];

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function hmacProblem(algorithm: string, encoding: string): Sentence | undefined {
  if (!HMAC_ALGORITHMS.includes(algorithm.toLowerCase())) {
    return template('hmac-algorithm', { algorithms: HMAC_ALGORITHMS.join(', ') });
  }
  if (!HMAC_ENCODINGS.some((known) => known === encoding)) {
    return template('hmac-encoding', { encodings: HMAC_ENCODINGS.join(', ') });
  }
  return undefined;
}

/** Formats that templates name, compiled. They are few, unless somebody takes them from values. */
const timeFormats = new Map<string, TimeFormat>();
const MOST_TIME_FORMATS = 200;

function timeFormat(format: string, zone: string): TimeFormat {
  const key = `${zone}\n${format}`;
  let known = timeFormats.get(key);
  if (known === undefined) {
    known = compileTimeFormat(format, zone);
    if (timeFormats.size >= MOST_TIME_FORMATS) timeFormats.clear();
    timeFormats.set(key, known);
  }
  return known;
}
