/** Who answers a provider while the flows are down, by the clock; what a deploy does, main-job/answers.ts tries in a real Node-RED. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type * as PushRoutes from '../../nodes/runtime/events/push-routes';
import type { Red } from '../../nodes/runtime/red';
import { FakeClock } from '../support/fake-clock';
import { built, putClock } from '../support/pack';

const nodeRed = dirname(require.resolve(`${process.env['NODE_RED'] ?? 'node-red'}/package.json`));
const express = require(require.resolve('express', { paths: [nodeRed] })) as () => RequestListener;
const { listen } = built<typeof PushRoutes>('nodes/runtime/events/push-routes.js');

describe('the path of a source', () => {
  let clock: FakeClock;
  let restore: () => void;
  let server: Server;
  let red: Red;
  let stops: ((removed: boolean) => void)[] = [];

  beforeEach(async () => {
    clock = new FakeClock();
    restore = putClock(clock);
    const httpNode = express();
    red = { httpNode, settings: {}, events: new EventEmitter() } as unknown as Red;
    server = createServer(httpNode).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    for (const stop of stops) stop(true);
    stops = [];
    red.events.emit('flows:started');
    restore();
    server.close();
  });

  const open = (name: string) => {
    const stop = listen(red, '/in', async () => ({ status: 200, body: name }));
    assert.ok(stop, 'the path is taken');
    stops.push(stop);
    return stop;
  };

  async function call(): Promise<{ status: number; text: string; retryAfter: string | null }> {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/in/77`);
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
  }

  it('is answered by the source that was closed until the next takes over, and by it as long as a deploy may take', async () => {
    open('first')(false);
    clock.advance(19_999);
    assert.equal((await call()).text, 'first');
    clock.advance(1);
    const { status, retryAfter } = await call();
    assert.deepEqual([status, retryAfter], [503, '5']);
    open('second');
    assert.equal((await call()).text, 'second');
    red.events.emit('flows:started');
    assert.equal((await call()).text, 'second');
  });

  it('keeps a call waiting for five seconds where its source was removed, then asks for another', async () => {
    open('first')(true);
    const waiting = call();
    // Others in this process may set timers on this clock, too.
    await clock.untilDue(5_000);
    clock.advance(5_000);
    const { status, retryAfter } = await waiting;
    assert.deepEqual([status, retryAfter], [503, '5']);
    red.events.emit('flows:started');
    assert.equal((await call()).status, 404);
  });
});
