/** The same request from both nodes, and the same answer. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../../src/json';
import type { ExampleSession } from './session';

export function checkSwapHttpRequest(session: ExampleSession): void {
  const flow = session.flow('http request - swap for webhook out');

  for (const [number, button, method] of [
    [1, 'a call ended', 'PUT'],
    [2, 'your own request', 'POST'],
  ] as const) {
    it(`sends the same ${method} by both nodes`, async () => {
      await flow.press(button);
      const exchanges = (await session.relay.waitFor('/example/swap', 2 * number)).slice(-2);
      const byCore = exchanges.find(({ request }) => request.headers['webhook-id'] === undefined);
      const byUs = exchanges.find(({ request }) => request.headers['webhook-id'] !== undefined);
      assert.equal(byUs?.request.method, method);
      for (const property of ['method', 'url', 'text'] as const) {
        assert.equal(byUs?.request[property], byCore?.request[property]);
      }
      for (const header of ['content-type', 'content-length', 'x-api-version']) {
        assert.equal(byUs?.request.headers[header], byCore?.request.headers[header], header);
      }
      await flow.hasDelivered(byUs);
    });
  }

  it('gives what http request gives: status code, headers and the text of the answer', async () => {
    const ours = await flow.shown('delivered', 2);
    const cores = await flow.shown('response of http request', 2);
    const shape = (message: unknown) => {
      assert.ok(isJsonObject(message));
      const headers = message['headers'] as JsonObject;
      return [message['statusCode'], message['payload'], headers['content-type']];
    };
    assert.deepEqual(ours.map(shape), cores.map(shape));
    assert.deepEqual(ours.map(shape)[0]?.slice(0, 2), [200, '{"ok":true}']);
  });
}
