/**
 * Every shared recording of a real Asterisk is read as its truth says. Registers only where the folder is.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { JsonValue } from '../../../../src/json';
import { AmiReader, type Happening } from '../../../../src/sources/asterisk-ami/ami-reader';
import { DEFAULT_DIALPLAN, Dialplan } from '../../../../src/sources/asterisk-ami/calls/dialplan';
import { type Pieces, replay } from '../../../support/ami-replay';

const CAPTURES = join(__dirname, '../../../../../shared/captures');
const FOLDERS = ['asterisk-22', 'asterisk-16', 'variants/no-timestamp', 'variants/systemname', 'variants/cel'];

interface ExpectedEvent {
  readonly event: string;
  readonly call?: string;
  readonly repeat?: boolean;
  readonly [field: string]: JsonValue | undefined;
}

interface Expected {
  readonly tolerance: Readonly<Record<string, number>>;
  readonly unordered: readonly string[];
  readonly events: readonly ExpectedEvent[];
}

/** Where a field of the truth stands in an event: by its name, or by event and name. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  from: ['callerNumber'],
  fromName: ['callerName'],
  toType: ['targetType'],
  ivr: ['ivrName'],
  queue: ['queueName'],
  position: ['queuePosition'],
  count: ['queueCount'],
  slot: ['parkingSlot'],
  type: ['transferType'],
  file: ['recordingFile'],
  recording: ['recordingFile'],
  name: ['customName'],
  code: ['hangupCause'],
  state: ['sessionState'],
  reason: ['missedReason', 'reason'],
  'call.dialed to': ['target'],
  'call.ringing to': ['target'],
  'call.initiated to': ['calledNumber'],
  'call.forwarded to': ['forwardTo'],
  'call.transferred to': ['transferTo'],
  'call.missed to': ['answeredBy', 'target'],
  'call.ended to': ['answeredBy', 'target'],
  'call.dtmf by': ['pressedBy'],
  'call.answered by': ['answeredByType'],
  'call.hold by': ['heldBy'],
  'call.unhold by': ['heldBy'],
  'call.transferred by': ['transferFrom'],
  'call.forwarded by': ['target'],
  'call.parked by': ['answeredBy'],
  'call.unparked by': ['answeredBy'],
  'call.queue.left reason': ['queueLeaveReason'],
  'agent.status reason': ['agentReason'],
  'agent.status status': ['agentStatus'],
  'device.status status': ['deviceStatus'],
};

function parameterOf(happening: Happening, event: string, field: string): JsonValue | undefined {
  if (field === 'ringMs') return Number(happening.parameters['ringSec']) * 1000;
  const names = PARAMETERS[`${event} ${field}`] ?? PARAMETERS[field] ?? [field];
  return names.map((name) => happening.parameters[name]).find((value) => value !== undefined);
}

/** What differs, as words; nothing: it is the event. */
function differences(
  wanted: ExpectedEvent,
  got: Happening,
  ids: ReadonlyMap<string, string>,
  expected: Expected,
): string[] {
  const { event, call, repeat, ...fields } = wanted;
  if (got.type !== event) return [`${got.type} in place of ${event}`];
  return Object.entries(fields).flatMap(([field, value]) => {
    const is = parameterOf(got, event, field);
    const tolerance = expected.tolerance[field];
    const fits =
      typeof value === 'number' && tolerance !== undefined
        ? typeof is === 'number' && Math.abs(is - value) <= tolerance
        : field === 'mergedInto'
          ? is === ids.get(String(value))
          : typeof value === 'string' && value.startsWith('*')
            ? String(is).endsWith(value.slice(1))
            : is === value;
    return fits ? [] : [`${event} ${field}: ${String(is)} in place of ${String(value)}`];
  });
}

/** Letters for the calls, in the order of their first events. */
function lettersOf(events: readonly Happening[]): Map<string, string> {
  const letters = new Map<string, string>();
  for (const { callId } of events) {
    if (callId !== '' && !letters.has(callId)) letters.set(callId, String.fromCharCode(65 + letters.size));
  }
  return letters;
}

function compare(expected: Expected, events: readonly Happening[]): string[] {
  const letters = lettersOf(events);
  const ids = new Map([...letters].map(([id, letter]) => [letter, id]));
  const wantsSource = new Set(expected.events.map(({ event }) => event));
  const heard = events.filter(({ type }) => !type.startsWith('source.') || wantsSource.has(type));
  const calls = new Set([
    ...expected.events.map(({ call }) => call ?? ''),
    ...heard.map((e) => letters.get(e.callId) ?? ''),
  ]);
  return [...calls].flatMap((letter) => {
    const wanted = expected.events.filter(({ call }) => (call ?? '') === letter);
    const got = heard.filter(({ callId }) => (letters.get(callId) ?? '') === letter);
    return compareCall(wanted, got, ids, expected).map((words) => `call ${letter}: ${words}`);
  });
}

function compareCall(
  wanted: readonly ExpectedEvent[],
  got: readonly Happening[],
  ids: ReadonlyMap<string, string>,
  expected: Expected,
): string[] {
  const isLoose = (type: string): boolean =>
    expected.unordered.includes(type) || wanted.some(({ event, repeat }) => repeat === true && event === type);
  const ordered = wanted.filter(({ event }) => !isLoose(event));
  const gotOrdered = got.filter(({ type }) => !isLoose(type));
  const wrong: string[] = [];
  const types = ordered.map(({ event }) => event).join(' ');
  const gotTypes = gotOrdered.map(({ type }) => type).join(' ');
  if (types !== gotTypes) return [`${gotTypes}\n    in place of ${types}`];
  ordered.forEach((event, index) => {
    const other = gotOrdered[index];
    if (other !== undefined) wrong.push(...differences(event, other, ids, expected));
  });
  const left = got.filter(({ type }) => isLoose(type));
  for (const event of wanted.filter((one) => isLoose(one.event))) {
    const at = left.findIndex((other) => differences(event, other, ids, expected).length === 0);
    if (at === -1) wrong.push(`no ${JSON.stringify(event)}`);
    else if (event.repeat === true)
      while (left.some((one) => one.type === event.event))
        left.splice(
          left.findIndex((one) => one.type === event.event),
          1,
        );
    else left.splice(at, 1);
  }
  return [...wrong, ...left.map(({ type, parameters }) => `also ${type} ${String(parameters['target'])}`)];
}

function readJson<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(path, 'utf8'));
}

if (existsSync(CAPTURES)) {
  describe('shared recordings of Asterisk', () => {
    for (const folder of FOLDERS) {
      const names = readdirSync(join(CAPTURES, folder)).flatMap((file) => /^(.*)\.truth\.json$/.exec(file)?.[1] ?? []);
      for (const name of names) {
        it(`${folder}: ${name}`, () => {
          const at = join(CAPTURES, folder, name);
          const { startedAt } = readJson<{ startedAt: string }>(`${at}.truth.json`);
          const expected = readJson<Expected>(join(CAPTURES, 'asterisk-22', `${name}.expected.json`));
          const reader = new AmiReader(new Dialplan(DEFAULT_DIALPLAN));
          const events = replay(
            reader,
            readFileSync(`${at}.ami.txt`),
            readJson<Pieces>(`${at}.ami.timing.json`),
            Date.parse(startedAt),
          );
          if (expected.events.some(({ event }) => event === 'source.connected')) {
            events.unshift(...reader.connected('Asterisk', Date.parse(startedAt)));
          }
          assert.deepEqual(compare(expected, events), []);
          assert.equal(reader.callCount, 0, 'calls left over');
        });
      }
    }
  });
}
