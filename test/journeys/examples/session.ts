/** All examples deployed together in one real Node-RED, and one of them as its user sees it. */
import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '../../../src/json';
import { AmiServer } from '../../support/ami-server';
import { type DebugFeed, openDebugFeed } from '../../support/debug-feed';
import { deployable, readExamples, type SavedNode } from '../../support/example-flows';
import { type NodeRedProcess, type NodeRedVersion, startNodeRed } from '../../support/node-red-process';
import { askUntil } from '../../support/patience';
import { type Exchange, type Relay, startRelay } from '../../support/relay';

/** Secrets that the comments ask for. Their characters must be escaped wherever they stand. */
export const API_SECRET = 'k3y+/&=%41 ü';
export const TOKEN = 'tok-73b1';
const SECRETS = { phone_call: { api_secret: API_SECRET }, composed: { token: TOKEN } };

const examples = readExamples();

interface Running {
  readonly asterisk: AmiServer;
  readonly red: NodeRedProcess;
  readonly relay: Relay;
  readonly debug: DebugFeed;
}

export class ExampleSession {
  private running: Running | undefined;

  constructor(private readonly version: NodeRedVersion) {}

  async start(): Promise<void> {
    const relay = await startRelay();
    const red = await startNodeRed({ version: this.version });
    relay.passTo(red.url);
    const debug = await openDebugFeed(red.url);
    const asterisk = await AmiServer.listen({ username: 'nodered', secret: 'swordfish' });
    this.running = { asterisk, red, relay, debug };
    const login = { port: asterisk.port, username: 'nodered', secret: 'swordfish' };
    await red.deploy(deployable(examples, { address: relay.url, asterisk: login, secrets: SECRETS }));
  }

  async stop(): Promise<void> {
    if (this.running === undefined) return;
    const { asterisk, red, relay, debug } = this.running;
    debug.close();
    await red.stop();
    await asterisk.close();
    await relay.close();
  }

  /** What went between Node-RED and itself. */
  get relay(): Relay {
    return this.parts().relay;
  }

  /** What the examples hear that log in to an Asterisk. */
  get asterisk(): AmiServer {
    return this.parts().asterisk;
  }

  get debug(): DebugFeed {
    return this.parts().debug;
  }

  get red(): NodeRedProcess {
    return this.parts().red;
  }

  get url(): string {
    return this.red.url;
  }

  /** Nothing is asked of Node-RED before one of its methods is called. */
  flow(title: string): ExampleInUse {
    const example = examples.find((one) => one.title === title);
    assert.ok(example, `there is no example "${title}"`);
    return new ExampleInUse(this, example.nodes);
  }

  /** Straight to Node-RED, as a provider would, so that the relay does not see it. */
  async postJson(path: string, body: JsonObject): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  private parts(): Running {
    assert.ok(this.running, 'the session has not started');
    return this.running;
  }
}

/** A delivery with its attempts. */
interface Tried {
  readonly state: string;
  readonly attempts: readonly { readonly class: string | null; readonly statusCode: number | null }[];
}

export class ExampleInUse {
  constructor(
    private readonly session: ExampleSession,
    private readonly nodes: readonly SavedNode[],
  ) {}

  /** Presses the button of an inject node. */
  async press(button: string): Promise<void> {
    await this.session.red.inject(this.idOf('inject', button));
  }

  /** The messages that the debug node of this name has shown, once there are `count`. */
  shown(name: string, count: number): Promise<readonly unknown[]> {
    return this.session.debug.waitFor(this.idOf('debug', name), count);
  }

  /** Looks again and again whether something is so by now. */
  until(what: string, isSo: () => boolean): Promise<true> {
    return eventually(what, async () => isSo() || undefined);
  }

  /** The delivery that a request was made for, whole, once the log has it in this state. */
  async loggedAs(state: string, exchange: Exchange | undefined): Promise<JsonObject> {
    const id = String(exchange?.request.headers['webhook-id']);
    assert.match(id, /^dlv_/);
    return eventually(`the delivery ${id} to be ${state}`, async () => {
      const logged = await this.session.red.get<JsonObject>(`/telephony-webhooks/deliveries/${id}`);
      return logged['state'] === state ? logged : undefined;
    });
  }

  /**
   * The delivery that a request was made for, once the log has what its first attempt amounted to. How long it waits for the next
   * one is the schedule's affair: that may be over, too.
   */
  async tried(exchange: Exchange | undefined): Promise<Tried> {
    const id = String(exchange?.request.headers['webhook-id']);
    return eventually(`the first attempt of ${id}`, async () => {
      const logged = await this.session.red.get<Tried>(`/telephony-webhooks/deliveries/${id}`);
      return logged.attempts.length > 0 ? logged : undefined;
    });
  }

  /** Like `loggedAs`, and the debug node `delivered` has shown it. */
  async hasDelivered(exchange: Exchange | undefined): Promise<JsonObject> {
    const logged = await this.loggedAs('delivered', exchange);
    const message = await eventually(`a message of ${logged['id']} at the output "delivered"`, async () =>
      (await this.shown('delivered', 1))
        .filter(isJsonObject)
        .find(({ delivery }) => isJsonObject(delivery) && delivery['id'] === logged['id']),
    );
    assert.equal(message['statusCode'], exchange?.status);
    return logged;
  }

  private idOf(type: string, name: string): string {
    const node = this.nodes.find((one) => one.type === type && one['name'] === name);
    assert.ok(node, `there is no ${type} node "${name}"`);
    return node.id;
  }
}

/** The body of a request. */
export function jsonOf(exchange: Exchange | undefined): JsonObject {
  const body: unknown = JSON.parse(exchange?.request.text ?? '');
  assert.ok(isJsonObject(body));
  return body;
}

/** Query of a request, decoded. */
export function queryOf(exchange: Exchange | undefined): URLSearchParams {
  return new URL(exchange?.request.url ?? '', 'http://receiver.test').searchParams;
}

/** Class and status code of the last failure, without its words. */
export function failureOf(logged: JsonObject): unknown {
  const { lastError } = logged;
  return isJsonObject(lastError) ? [lastError['class'], lastError['statusCode']] : lastError;
}

/** Asks again and again, as somebody who watches the log does. */
async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const answer = await askUntil(
    ask,
    (found) => found !== undefined,
    () => `Waited too long for ${what}`,
  );
  return answer as T;
}
