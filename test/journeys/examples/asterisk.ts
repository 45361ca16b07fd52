/** Examples that hear an Asterisk: a story is told by a manager interface, and webhooks come of it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/json';
import { inOnePiece } from '../../support/ami-replay';
import { readStory } from '../../support/ami-story';
import type { Exchange } from '../../support/relay';
import { type ExampleSession, jsonOf } from './session';

const STORIES = join(__dirname, '../../fixtures/asterisk');

/** How many examples log in. */
const LISTENERS = 3;

async function tell(session: ExampleSession, story: string, baseSeconds: number): Promise<void> {
  // What is told before a listener has asked which channels there are would be missing in the answer of this server.
  const { asterisk } = session;
  await asterisk.until(() => asterisk.actions.filter((one) => one.text('Action') === 'Status').length >= LISTENERS);
  const { bytes } = readStory(join(STORIES, `${story}.txt`), { baseSeconds });
  await asterisk.play(bytes, inOnePiece(bytes));
}

/** What was sent about calls of the story that began then, once there are `count`. */
async function sent(session: ExampleSession, path: string, baseSeconds: number, count: number): Promise<Exchange[]> {
  const ofStory = (): Exchange[] =>
    session.relay.at(path).filter(({ request }) => request.text.includes(`"callId":"${baseSeconds}.`));
  await session.flow('Asterisk - screen pop').until(`${count} requests to ${path}`, () => ofStory().length >= count);
  return ofStory();
}

export function checkAsteriskScreenPop(session: ExampleSession): void {
  const flow = session.flow('Asterisk - screen pop');

  it('tells the screen who calls, while it rings, and what comes of it', async () => {
    await tell(session, 'pickup', 1_710_000_000);
    const exchanges = await sent(session, '/example/asterisk/screen', 1_710_000_000, 3);
    assert.deepEqual(
      exchanges
        .map(jsonOf)
        .map(({ eventType, callerNumber, callerName, target, answeredBy }) => [
          eventType,
          callerNumber,
          callerName,
          target,
          answeredBy,
        ]),
      [
        ['call.ringing', '14165550142', 'Dana Reed', '201', null],
        ['call.answered', '14165550142', 'Dana Reed', '202', '202'],
        ['call.ended', '14165550142', 'Dana Reed', '202', '202'],
      ],
    );
    await flow.hasDelivered(exchanges[0]);
  });
}

export function checkAsteriskMissed(session: ExampleSession): void {
  const flow = session.flow('Asterisk - missed calls of a queue to a CRM');

  it('makes a task of every caller who waited in vain', async () => {
    await tell(session, 'queue-left', 1_720_000_000);
    const exchanges = await sent(session, '/example/asterisk/missed', 1_720_000_000, 3);
    assert.deepEqual(
      exchanges
        .map(jsonOf)
        .map(({ callerNumberE164, queueName, missedReason }) => [callerNumberE164, queueName, missedReason])
        .sort(), // it has no order
      [
        ['+14165550142', '500', 'queue_timeout'],
        ['+14165550143', '500', 'caller_hangup'],
        ['+14165550144', '500', 'unreachable'],
      ],
    );
    await flow.hasDelivered(exchanges[2]);
  });
}

export function checkAsteriskReport(session: ExampleSession): void {
  const path = '/example/asterisk/report';

  it('reports a call with the link to its recording', async () => {
    await tell(session, 'parked-and-forgotten', 1_730_000_000);
    const [report] = (await sent(session, path, 1_730_000_000, 1)).map(jsonOf);
    assert.deepEqual(picked(report, ['status', 'duration', 'talkSec', 'hangupBy', 'recordingLink']), {
      status: 'answered',
      duration: 26,
      talkSec: 4,
      hangupBy: 'callee',
      recordingLink: 'https://recordings.example.test/a.wav',
    });
  });

  it('reports a call without a recording with none', async () => {
    await tell(session, 'transfer-refused', 1_740_000_000);
    const [report] = (await sent(session, path, 1_740_000_000, 1)).map(jsonOf);
    assert.equal(report?.['recordingLink'], '');
  });
}

function picked(from: JsonObject | undefined, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, from?.[name] ?? null]));
}
