/** The Measurement Protocol, and where its secret goes. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/json';
import { API_SECRET, type ExampleSession, jsonOf, queryOf } from './session';

export function checkGoogleAnalytics(session: ExampleSession): void {
  const flow = session.flow('Ringostat - Google Analytics 4');
  const path = '/example/mp/collect';

  it('sends the call as an event of the Measurement Protocol', async () => {
    const pressedAt = Date.now();
    await flow.press('after the call');
    const [exchange] = await session.relay.waitFor(path, 1);
    const logged = await flow.hasDelivered(exchange);
    assert.equal(exchange?.request.method, 'POST');
    assert.equal(exchange?.status, 204);
    const time = Date.parse(String((logged['event'] as JsonObject)['time']));
    // It began some seconds before, of which its time has no fraction.
    assert.ok(time > pressedAt - 60_000 && time <= Date.now(), 'the call is of just now');
    assert.deepEqual(jsonOf(exchange), {
      client_id: '1234567890.1772442000',
      timestamp_micros: time * 1000,
      events: [
        {
          name: 'phone_call',
          params: {
            status: 'answered',
            source: 'google',
            medium: 'cpc',
            campaign: 'Winter tyres & wheels',
            page_location: 'https://shop.example.test/tyres?size=17',
            talk_seconds: 6,
            engagement_time_msec: 1,
          },
        },
      ],
    });
  });

  it('sends the API secret, escaped for the query, and keeps it out of the log', async () => {
    const [exchange] = await session.relay.waitFor(path, 1);
    assert.deepEqual(
      [...queryOf(exchange)],
      [
        ['measurement_id', 'G-EXAMPLE001'],
        ['api_secret', API_SECRET],
      ],
    );
    const logged = await flow.loggedAs('delivered', exchange);
    assert.ok(!JSON.stringify(logged).includes('k3y'), 'the log holds the secret');
    assert.match(String(logged['url']), /api_secret=%api_secret%$/);
  });

  it('names a caller who never saw the website by the call', async () => {
    await session.postJson('/telephony/ringostat-ga4?trigger=incoming-after-the-call', {
      uniqueid: 'ua-no-visit',
      call_type: 'in',
      caller: '12025550142',
      disposition: 'NO ANSWER',
    });
    const body = jsonOf((await session.relay.waitFor(path, 2))[1]);
    assert.equal(body['client_id'], 'ua-no-visit');
    assert.deepEqual((body['events'] as { params: JsonObject }[])[0]?.params['status'], 'missed');
  });
}
