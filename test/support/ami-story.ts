/**
 * Recordings of Asterisk written by hand, short enough to read. A file holds three kinds of lines beside comments (`#`):
 *
 *     @dana PJSIP/line-00000001 uid=10 number=14165550142 name="Dana Reed" context=from-line exten=14165550110
 *     0.010 DialBegin dana > ann DialString=201
 *     = A call.dialed target=201
 *
 * The first declares a channel; the second is an event, with what changes on its channels (`state`, `linked`, `context`, `exten`,
 * `priority`, `number`, `name`, `channel`) in small letters and further headers in capitals; the third is what has to come
 * of it all, call by call. `<` begins an answer or another packet without channels.
 */
import { readFileSync } from 'node:fs';
import type { JsonValue } from '../../src/json';

/** When a story begins, unless it is told otherwise. */
const BASE_SECONDS = 1_700_000_000;

interface Channel {
  readonly values: Map<string, string>;
}

export interface ExpectedEvent {
  readonly call: string;
  readonly type: string;
  readonly parameters: readonly (readonly [name: string, value: JsonValue])[];
}

export interface Story {
  /** The bytes that Asterisk would send. */
  readonly bytes: Buffer;
  readonly expected: readonly ExpectedEvent[];
  /** Of the first line. */
  readonly startMs: number;
}

export interface StoryOptions {
  /** As `timestampevents=yes` in manager.conf. */
  readonly stamped?: boolean;
  /** Ids begin with it too, so that a story told at another time is another one. */
  readonly baseSeconds?: number;
  /** Leaves out events, as filters and missing permissions do. */
  readonly keeps?: (event: string) => boolean;
}

export function readStory(path: string, options: StoryOptions = {}): Story {
  const { stamped = true, baseSeconds = BASE_SECONDS, keeps = () => true } = options;
  const channels = new Map<string, Channel>();
  const packets: string[] = ['Asterisk Call Manager/9.0.0\r\n'];
  const expected: ExpectedEvent[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const words = wordsOf(line);
    const [first = ''] = words;
    if (first === '' || first.startsWith('#')) continue;
    if (first === '=') expected.push(expectedEvent(words));
    else if (first.startsWith('@')) channels.set(first.slice(1), declared(words));
    else {
      const [, event = '', ...rest] = words;
      const text = packet(event, rest, channels, baseSeconds, stamped ? Number(first) : undefined);
      if (keeps(event)) packets.push(text);
    }
  }
  return { bytes: Buffer.from(packets.join('')), expected, startMs: baseSeconds * 1000 };
}

/** Words, and `key="a value with blanks"` as one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g)].map(([word]) => word);
}

function pair(word: string): readonly [key: string, value: string] {
  const at = word.indexOf('=');
  const value = word.slice(at + 1);
  return [word.slice(0, at), value.startsWith('"') ? String(JSON.parse(value)) : value];
}

function expectedEvent([, call = '', type = '', ...rest]: readonly string[]): ExpectedEvent {
  const parameters = rest.map(pair).map(([name, value]): readonly [string, JsonValue] => {
    if (value === 'true' || value === 'false') return [name, value === 'true'];
    return [name, value];
  });
  return { call, type, parameters };
}

function declared([, channel = '', ...rest]: readonly string[]): Channel {
  const values = new Map([['state', '0'], ['context', ''], ['exten', 's'], ['priority', '1'], ...rest.map(pair)]);
  values.set('channel', channel);
  if (!values.has('linked')) values.set('linked', values.get('uid') ?? '');
  return { values };
}

/** How Asterisk names what a story calls so. */
const HEADERS = [
  ['Channel', 'channel'],
  ['ChannelState', 'state'],
  ['CallerIDNum', 'number'],
  ['CallerIDName', 'name'],
  ['Context', 'context'],
  ['Exten', 'exten'],
  ['Priority', 'priority'],
  ['Uniqueid', 'uid'],
  ['Linkedid', 'linked'],
] as const;

function snapshot(prefix: string, { values }: Channel, baseSeconds: number): string[] {
  return HEADERS.map(([header, name]) => {
    const value = values.get(name) ?? '<unknown>';
    const isId = name === 'uid' || name === 'linked';
    return `${prefix}${header}: ${isId ? `${baseSeconds}.${value}` : value}`;
  });
}

function packet(
  event: string,
  words: readonly string[],
  channels: ReadonlyMap<string, Channel>,
  baseSeconds: number,
  seconds: number | undefined,
): string {
  const lines = [`Event: ${event}`];
  const extra: string[] = [];
  let prefix = '';
  let current: Channel | undefined;
  const close = (): void => {
    if (current !== undefined) lines.push(...snapshot(prefix, current, baseSeconds));
    current = undefined;
  };
  let isAnswer = false;
  for (const word of words) {
    const known = channels.get(word);
    if (word === '<') isAnswer = true;
    else if (word === '>') {
      close();
      prefix = 'Dest';
    } else if (known !== undefined) current = known;
    else {
      const [key, value] = pair(word);
      if (/^[a-z]/.test(key)) current?.values.set(key, value);
      else extra.push(`${key}: ${/(?:Uniqueid|Linkedid)$/.test(key) ? `${baseSeconds}.${value}` : value}`);
    }
  }
  close();
  const stamp = seconds === undefined || isAnswer ? [] : [`Timestamp: ${(baseSeconds + seconds).toFixed(6)}`];
  const privilege = isAnswer ? [] : ['Privilege: call,all'];
  return `${[lines[0], ...privilege, ...stamp, ...lines.slice(1), ...extra].join('\r\n')}\r\n\r\n`;
}
