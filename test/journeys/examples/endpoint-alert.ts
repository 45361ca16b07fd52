/** One alert when an endpoint begins to fail, however many calls end meanwhile, and one when it works again. */
import assert from 'node:assert/strict';
import type { ExampleSession } from './session';

export function checkEndpointAlert(session: ExampleSession): void {
  const flow = session.flow('Endpoint down - alert a colleague');
  const crm = '/example/endpoint-alert/crm';
  /** Other examples have endpoints that fail, too. */
  const messages = (): string[] =>
    session.relay
      .at('/example/endpoint-alert/sms')
      .map(({ request }) => request.text)
      .filter((text) => text.startsWith('The CRM '));

  it('sends one text message when the CRM begins to fail, and one when it works again', async () => {
    await flow.press('the CRM goes down');
    for (let calls = 1; calls <= 3; calls++) {
      await flow.press('a call ends');
      await session.relay.waitFor('/telephony/endpoint-alert', calls); // the ids of the calls are their times
    }
    await session.relay.waitFor(crm, 6);
    await flow.until('an alert', () => messages().length > 0);
    await flow.press('the CRM is back');
    // By now their next attempt may be half a minute away: one that gets through wakes them.
    await flow.press('a call ends');
    await flow.shown('delivered', 4);
    await flow.until('the end of the alert', () => messages().length > 1);
    assert.equal(messages().length, 2);
    assert.equal(messages()[0], 'The CRM fails: no request gets through. What waits is tried again by its schedule.\n');
    assert.match(messages()[1] ?? '', /^The CRM works again after \d+ s\.\n$/);
  });
}
