/** A GET request, and one of it per caller. */
import assert from 'node:assert/strict';
import { type ExampleSession, jsonOf, queryOf } from './session';

export function checkMissedCall(session: ExampleSession): void {
  const flow = session.flow('Missed call - text message');
  const path = '/example/sms/send';
  const call = (id: string, number: string) => ({
    event: 'call.missed',
    at: '2026-07-14T08:05:00Z',
    call: { id, from: { number, name: 'Bob' }, to: '+442079460110' },
  });

  it('asks the gateway by GET, with the name and number escaped for the query', async () => {
    await flow.press('a missed call');
    const [pushed] = await session.relay.waitFor('/telephony/missed-call', 1);
    const [exchange] = await session.relay.waitFor(path, 1);
    const clock = new Date(String(jsonOf(pushed)['at'])).toLocaleTimeString('en-GB', {
      timeZone: 'Europe/London',
      hour: '2-digit',
      minute: '2-digit',
    });
    assert.equal(exchange?.request.method, 'GET');
    assert.equal(exchange?.request.text, '');
    assert.deepEqual(
      [...queryOf(exchange)],
      [
        ['to', '+447700900123'],
        ['from', 'Office'],
        ['text', `Missed: Ann O'Neil & Sons, +442079460142, at ${clock}. Please call back.`],
      ],
    );
    await flow.hasDelivered(exchange);
  });

  it('sends one message however often the same number calls, and one for each other number', async () => {
    await flow.press('a missed call');
    await session.relay.waitFor('/telephony/missed-call', 2);
    await session.postJson('/telephony/missed-call', call('again', '+442079460142'));
    await session.postJson('/telephony/missed-call', call('other', '+442079460143'));
    const exchanges = await session.relay.waitFor(path, 2);
    await flow.hasDelivered(exchanges[1]);
    assert.match(decodeURIComponent(exchanges[1]?.request.url ?? ''), /Bob,.*\+442079460143,.*at.*09:05/);
    assert.equal(session.relay.at(path).length, 2);
  });
}
