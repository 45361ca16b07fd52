/** Four attempts through a retry node, then the alert. */
import assert from 'node:assert/strict';
import { isJsonObject } from '../../../src/json';
import type { Exchange } from '../../support/relay';
import { type ExampleSession, failureOf, jsonOf } from './session';

export function checkRetryByWires(session: ExampleSession): void {
  const flow = session.flow('Retry by wires - alert at the end');
  const path = '/example/retry/crm';
  const attemptsFor = (kind: string): readonly Exchange[] =>
    session.relay.at(path).filter(({ request }) => request.text.includes(`"callId":"${kind}-`));

  it('delivers at the fourth attempt what a receiver that was down three times gets, as one delivery', async () => {
    await flow.press('the CRM is down three times');
    await flow.press('the CRM stays down');
    await session.relay.waitFor(path, 8);
    const attempts = attemptsFor('brief');
    assert.deepEqual(
      attempts.map(({ status }) => status),
      [503, 503, 503, 200],
    );
    assert.equal(new Set(attempts.map(({ request }) => request.headers['webhook-id'])).size, 1);
    assert.equal(new Set(attempts.map(({ request }) => request.text)).size, 1);
    const logged = await flow.hasDelivered(attempts[3]);
    assert.equal(logged['attemptCount'], 4);
  });

  it('waits at least as long as its list says', () => {
    const at = attemptsFor('brief').map(({ request }) => request.at);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    assert.equal(gaps.length, 3);
    const least = [1000, 1000, 2000];
    // Timers of Node may fire a millisecond early.
    assert.ok(
      gaps.every((gap, index) => gap >= (least[index] ?? 0) - 5),
      `waited ${gaps} ms`,
    );
  });

  it('gives up after four attempts, sends the alert and keeps the delivery as failed', async () => {
    const [alert] = await session.relay.waitFor('/example/retry/alert', 1);
    const attempts = attemptsFor('dead');
    assert.deepEqual(
      attempts.map(({ status }) => status),
      [503, 503, 503, 503],
    );
    const { callId } = jsonOf(attempts[0]);
    assert.match(alert?.request.text ?? '', new RegExp(`^Call ${callId} of 12025550142 did not reach the CRM: .*503`));
    assert.match(String(alert?.request.headers['content-type']), /^text\/plain\b/);
    assert.notEqual(alert?.request.headers['webhook-id'], attempts[0]?.request.headers['webhook-id']);
    const failed = await flow.loggedAs('failed', attempts[0]);
    assert.deepEqual([failed['attemptCount'], failureOf(failed)], [4, ['status', 503]]);
    await flow.shown('given up', 1);
  });

  it('tells what failed to who asks by message', async () => {
    await flow.press('what failed?');
    const [answer] = await flow.shown('failed deliveries', 1);
    assert.ok(isJsonObject(answer) && Array.isArray(answer['deliveries']));
    const ids = answer['deliveries'].map((delivery) => isJsonObject(delivery) && delivery['id']);
    assert.deepEqual(ids, [attemptsFor('dead')[0]?.request.headers['webhook-id']]);
    assert.equal(answer['total'], 1);
  });
}
