/** A form with a nested field, for calls to one number, in another time zone. */
import assert from 'node:assert/strict';
import type { ExampleSession } from './session';

export function checkSmartfloForm(session: ExampleSession): void {
  const flow = session.flow('Smartflo - form to a CRM');
  const path = '/example/crm/leads';

  it('sends an answered call as a form, with times of India in the time of Berlin', async () => {
    await flow.press('an answered call');
    const [pushed] = await session.relay.waitFor('/telephony/smartflo', 1);
    assert.equal(pushed?.request.headers['content-type'], 'application/x-www-form-urlencoded');
    const callId = new URLSearchParams(pushed?.request.text).get('call_id');
    const [exchange] = await session.relay.waitFor(path, 1);
    assert.equal(exchange?.request.method, 'POST');
    assert.match(String(exchange?.request.headers['content-type']), /^application\/x-www-form-urlencoded\b/);
    assert.equal(
      exchange?.request.text,
      `call_id=${callId}&eventType=Call+hangup&direction=inbound&caller_id_number=9876500142&call_to_number=9876500110` +
        '&call_status=answered&start_stamp=2026-03-02+10%3A15%3A04&end_stamp=2026-03-02+10%3A17%3A24&duration=140' +
        '&answered_agent_name=Alice+Agent&lead_source=Phone&contact%5Bphone%5D=9876500142' +
        '&contact%5Bnote%5D=Called+at+2026-03-02+10%3A15%3A04+%26+was+answered',
    );
    assert.equal(exchange?.status, 201);
    await flow.hasDelivered(exchange);
  });

  it('sends a missed call under the name of its trigger, with what nobody did left empty', async () => {
    await flow.press('a missed call');
    const exchange = (await session.relay.waitFor(path, 2))[1];
    const form = new URLSearchParams(exchange?.request.text);
    assert.equal(form.get('eventType'), 'Call missed');
    assert.equal(form.get('call_status'), 'missed');
    assert.equal(form.get('answered_agent_name'), '');
    assert.equal(form.get('contact[note]'), 'Called at 2026-03-02 10:15:04 & was missed');
    await flow.hasDelivered(exchange);
  });

  it('leaves out calls to other numbers and outgoing calls', async () => {
    const push = (fields: Record<string, string>) =>
      fetch(`${session.url}/telephony/smartflo?trigger=call-hangup`, {
        method: 'POST',
        body: new URLSearchParams({ uuid: 'u', direction: 'inbound', caller_id_number: '9876500142', ...fields }),
      });
    const end = '2026-03-02 15:00:00';
    await push({ call_id: 'other', call_to_number: '9876500199', end_stamp: end });
    await push({ call_id: 'outgoing', call_to_number: '9876500110', direction: 'outbound', end_stamp: end });
    await push({ call_id: 'ours', call_to_number: '+919876500110', end_stamp: end });
    const exchanges = await session.relay.waitFor(path, 3);
    assert.deepEqual(
      exchanges.slice(2).map(({ request }) => new URLSearchParams(request.text).get('call_id')),
      ['ours'],
    );
  });
}
