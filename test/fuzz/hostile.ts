/** Values that nobody means well with: dictionaries of what breaks programs, and real samples with something wrong in them. */
import type { Random } from '../../src/random';

/** Texts that mean something to a parser, a template, a database, a URL, a header, a spreadsheet or a prototype. */
const TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\r\nX-Evil: 1',
    '\n',
    '\t',
    '\ufeff',
    '\u2028',
    '\ud800',
    '\udc00x',
    '😀',
    'İ',
    '\u202eabc',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__proto__.polluted', 'then'],
  ...[
    '{{x}}',
    '{{{x}}}',
    '${{callerName}}',
    '{{#if x}}',
    '{{/if}}',
    '{{',
    '}}',
    '{{../x}}',
    '{{msg.constructor}}',
    '{{[}}',
  ],
  ...[
    '%token%',
    '%',
    '%E0%A4%A',
    '%00',
    '%2e%2e',
    '"',
    "'",
    '\\',
    '\\u12',
    '"}',
    '[',
    '{',
    ']]>',
    '<!--',
    '&#x0;',
    '</a>',
  ],
  ...[
    '/',
    '..',
    '../../etc',
    '//evil.test',
    '@evil.test',
    'http://[',
    'file:///etc/passwd',
    '?a=b&a[]=c#d',
    'a[b][c]=1',
    ':id(*)',
  ],
  ...["'; DROP TABLE deliveries; --", '%_', '=cmd|1', ',', ';', '*', '(', '(a+)+$', '|'],
  ...[
    'null',
    'true',
    '0',
    '-0',
    '-1',
    '1e999',
    '0x10',
    '1.7e308',
    '99999999999999999999',
    '1795227255.30',
    '12:99',
    '1e400',
  ],
  ...[
    '0000-00-00 00:00:00',
    '2026-13-45T99:99:99Z',
    '+275760-09-13T00:00:00.001Z',
    'Sun, 06 Nov 1994 08:49:37 GMT',
    '1772442904',
  ],
  ...['utf-16le', 'application/json; charset=', 'multipart/form-data', 'Europe/London', '+99:99', 'GB'],
];

/** What is long enough to overflow a stack or to show that the work grows faster than the text. */
const LONG: readonly ((times: number) => string)[] = [
  ...[
    'a',
    ' ',
    '9',
    '[',
    '{"a":',
    '(',
    '{{',
    '{{#if a}}',
    '{{upper ',
    '%',
    '\\',
    '"',
    '.',
    'a.',
    '-',
    ',',
    'a=&',
    '\ud800',
    '😀',
    '[a]',
    '1:',
    '<a>',
  ].map((piece) => (times: number) => piece.repeat(times)),
];

/** Objects that pretend to be something else, as JSON. */
const ODD_OBJECTS: readonly string[] = [
  ...['[]', '{}', '[[]]', '{"length":-1}', '{"toString":null,"valueOf":null}', '{"toJSON":1}', '{"then":1}'],
  ...[
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"type":"Buffer","data":[0]}',
  ],
];

/** What JSON cannot hold and a message of Node-RED can. */
const LIVE: readonly (() => unknown)[] = [
  () => undefined,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => 10n ** 30n,
  () => Symbol('s'),
  () => () => 'called',
  () => new Date(Number.NaN),
  () => Buffer.from([0, 255, 192, 128]),
  () => new Map([['a', 1]]),
  () => Object.create(null),
  () => new Array(3),
  () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    return circle;
  },
];

/** Draws hostile values; the same random numbers draw the same values. */
export class Hostile {
  constructor(readonly random: Random) {}

  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number {
    return Math.floor(this.random() * end);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    const picked = items[this.below(items.length)];
    if (picked === undefined && items.length === 0) throw new Error('There is nothing to pick from.');
    return picked as Item;
  }

  /** A text: one of the dictionary, any characters, or now and then a long one of up to `longest` characters. */
  text(longest = 20_000): string {
    if (this.chance(0.6)) return this.pick(TEXTS);
    if (this.chance(0.85)) return this.characters(this.below(30));
    const made = this.pick(LONG)(1 + this.below(longest));
    return made.slice(0, longest);
  }

  /** A value that JSON can hold, nested at most some levels, or once in a while very many. */
  json(depth = 4): unknown {
    const kind = this.below(depth > 0 ? 12 : 7);
    if (kind < 4) return this.text();
    if (kind === 4) return this.pick([0, -0, -1, 0.1, 1e308, -1e308, 5e-324, 2 ** 53 + 1, 1e21, 8.64e15 + 1, 65536]);
    if (kind === 5) return this.pick([null, true, false]);
    if (kind === 6) return JSON.parse(this.pick(ODD_OBJECTS));
    if (kind === 7 && this.chance(0.15)) return this.deep(this.pick([40, 70, 500]));
    if (kind < 9) return Array.from({ length: this.below(5) }, () => this.json(depth - 1));
    return Object.fromEntries(Array.from({ length: this.below(5) }, () => [this.text(200), this.json(depth - 1)]));
  }

  /** As `json`, or something that only lives in a process. */
  live(): unknown {
    return this.chance(0.3) ? this.pick(LIVE)() : this.json();
  }

  /** A sample with one to four things wrong, each at some place in it. The sample is left as it is. */
  mutated(sample: unknown, make: () => unknown = () => this.json()): unknown {
    let value = sample;
    for (let left = 1 + this.below(4); left > 0; left--) value = this.edited(value, make);
    return value;
  }

  /** A text with one to four things wrong. */
  mutatedText(sample: string): string {
    let text = sample;
    for (let left = 1 + this.below(4); left > 0; left--) text = this.editedText(text);
    return text;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  private characters(length: number): string {
    const end = this.pick([0x80, 0x500, 0x10000]);
    return String.fromCharCode(...Array.from({ length }, () => this.below(end)));
  }

  private deep(levels: number): unknown {
    const wrap = this.pick<(inner: unknown) => unknown>([
      (inner) => [inner],
      (inner) => ({ a: inner }),
      (inner) => ({ key: 'a', type: 'object', value: [inner] }),
      (inner) => ({ type: 'array', key: 'a', value: [inner] }),
    ]);
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = wrap(value);
    return value;
  }

  private edited(value: unknown, make: () => unknown): unknown {
    if (this.chance(0.1)) return make();
    if (typeof value === 'string') return this.chance(0.7) ? this.mutatedText(value) : make();
    if (Array.isArray(value)) return this.editedList(value, make);
    if (typeof value === 'object' && value !== null) return this.editedObject(value, make);
    return make();
  }

  private editedList(list: readonly unknown[], make: () => unknown): unknown {
    const at = this.below(list.length + 1);
    const [before, after] = [list.slice(0, at), list.slice(at + 1)];
    switch (this.below(5)) {
      case 0:
        return [...before, ...after];
      case 1:
        return [...before, make(), ...list.slice(at)];
      case 2:
        return Array.from({ length: 1 + this.below(50) }, () => list).flat();
      default:
        return at < list.length ? [...before, this.edited(list[at], make), ...after] : [...list, make()];
    }
  }

  private editedObject(object: object, make: () => unknown): unknown {
    const entries = Object.entries(object);
    if (entries.length === 0) return { [this.text(200)]: make() };
    const at = this.below(entries.length);
    const [key, value] = entries[at] ?? ['', undefined];
    const others = entries.filter((_, index) => index !== at);
    // Object.fromEntries makes `__proto__` a property like any other, as JSON.parse does.
    switch (this.below(8)) {
      case 0:
        return Object.fromEntries(others);
      case 1:
        return Object.fromEntries([...entries, [this.text(200), make()]]);
      case 2:
        return Object.fromEntries([...others, [this.mutatedText(key), value]]);
      case 3:
        return Object.fromEntries([...others, [key, { [this.text(200)]: value }]]);
      case 4:
        return Object.fromEntries([...others, [key, [value, value]]]);
      default:
        return Object.fromEntries([...others, [key, this.edited(value, make)]]);
    }
  }

  private editedText(text: string): string {
    const from = this.below(text.length + 1);
    const to = Math.min(text.length, from + this.below(20));
    const [before, middle, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    switch (this.below(6)) {
      case 0:
        return before + after;
      case 1:
        return before;
      case 2:
        return before + middle.repeat(this.pick([2, 3, 100])) + after;
      case 3:
        return before + this.characters(1) + after;
      default:
        return before + this.text(500) + middle + after;
    }
  }
}
