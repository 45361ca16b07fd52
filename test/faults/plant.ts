/**
 * A whole plant to be broken: a provider that repeats what was refused, a real Node-RED with an ordered webhook to each receiver,
 * receivers that answer by script, and the ledger over all of it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../src/sources/simulator/seeded-random';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { PATIENCE_MS } from '../support/patience';
import { type Answer, type Received, type Receiver, type ReceiverOptions, startReceiver } from '../support/receiver';
import { type CallEvent, eventIdOf, Ledger } from './ledger';

/** `npm run test:long` says for how long tests may go on that try as much as there is time for. */
export const isLong = process.env['TEST_SECONDS'] !== undefined;
/** Printed with what depends on it, so that a run can be repeated. */
export const seed = process.env['FAULTS_SEED'] ?? String(Date.now());
export const chance = seededRandom(`faults ${seed}`);

/** Longer than any lease of these short time-outs would matter; a delivery that is still open then is stuck. */
const STUCK_AFTER_MS = 2 * PATIENCE_MS;
export const TIMEOUT_MS = 700;

/** A webhook of its own: what the provider posts to `/provider/<name>` goes to `url`. */
export interface Line {
  readonly name: string;
  readonly url: string;
  /** Left out: TIMEOUT_MS, after which a receiver that is only slow gets everything once more. */
  readonly timeoutMs?: number;
}

export interface Summary {
  readonly states: Record<'pending' | 'sending' | 'waiting' | 'delivered' | 'failed', number>;
  readonly alarms: readonly { kind: string; message: string; waiting: number }[];
}

export function lineNodes({ name, url, timeoutMs = TIMEOUT_MS }: Line): FlowNode[] {
  const common = { z: 'tab', x: 0, y: 0, version: 1 };
  const events = { source: 'source', events: ['call.ended'], webhookId: name };
  const request = { method: 'POST', url, format: 'json', available: ['callId', 'sequence'] };
  const sending = { orderBy: 'event.callId', orderWaitMs: 86_400_000, timeoutMs, retryIfError: true };
  const retrying = { schedule: 'fixed', initialDelayMs: 150, maxAttempts: 1000, jitter: 0.1 };
  return [
    { id: `in-${name}`, ...common, type: 'telephony-event-in', ...events, wires: [[`template-${name}`]] },
    { id: `template-${name}`, ...common, type: 'telephony-webhook-template', ...request, wires: [[`out-${name}`]] },
    { id: `out-${name}`, ...common, type: 'telephony-webhook-out', ...sending, ...retrying, wires: [[], []] },
  ];
}

export const sourceNodes: readonly FlowNode[] = [
  { id: 'tab', type: 'tab', label: 'Faults' },
  { id: 'source', type: 'telephony-source', version: 1, kind: 'http-push', path: '/provider', dialect: 'generic' },
];

/** `POST /direct` is answered when `webhook out` has called `done()`: 200, or 500 with the error. */
export function directNodes(url: string): FlowNode[] {
  const common = { z: 'tab', x: 0, y: 0 };
  const make = 'msg.headers = {}; msg.event = {callId: msg.payload.callId}; return msg;';
  const out = {
    version: 1,
    method: 'POST',
    url,
    orderBy: 'event.callId',
    timeoutMs: TIMEOUT_MS,
    schedule: 'fixed',
    initialDelayMs: 150,
  };
  return [
    { id: 'direct', ...common, type: 'http in', url: '/direct', method: 'post', wires: [['make']] },
    { id: 'make', ...common, type: 'function', func: make, outputs: 1, wires: [['direct-out']] },
    { id: 'direct-out', ...common, type: 'telephony-webhook-out', ...out, maxAttempts: 1000, wires: [[], []] },
    { id: 'done', ...common, type: 'complete', scope: ['direct-out'], wires: [['ok']] },
    { id: 'ok', ...common, type: 'http response', statusCode: '200', wires: [] },
    { id: 'caught', ...common, type: 'catch', scope: ['direct-out'], wires: [['failed']] },
    {
      id: 'failed',
      ...common,
      type: 'function',
      func: 'msg.payload = msg.error.message; return msg;',
      wires: [['not-ok']],
    },
    { id: 'not-ok', ...common, type: 'http response', statusCode: '500', wires: [] },
  ];
}

/** Polls until it holds; fails with what `state` says then. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  state: () => unknown,
  withinMs = STUCK_AFTER_MS,
): Promise<void> {
  for (const giveUpAt = Date.now() + withinMs; ; await pause(20)) {
    if (await holds()) return;
    if (Date.now() > giveUpAt) assert.fail(`not within ${withinMs} ms: ${JSON.stringify(await state())}`);
  }
}

export class Plant {
  ledger = new Ledger();
  readonly receivers: Receiver[] = [];
  /** Posts that were not answered with 200. */
  refused = 0;
  #calls = 0;
  #faults = 0;

  private constructor(
    readonly nodeRed: NodeRedProcess,
    private readonly folder: string,
  ) {}

  /** `userDir`: prepared by the test, which removes it. */
  static async start(
    flows: readonly FlowNode[],
    { userDir, env = {} }: { userDir?: string; env?: Record<string, string> } = {},
  ): Promise<Plant> {
    const folder = mkdtempSync(join(tmpdir(), 'telephony-faults-'));
    const nodeRed = await startNodeRed({
      version: '5',
      flows,
      nodeOptions: ['--require', join(__dirname, 'hooks.cjs')],
      env: { FAULTS: join(folder, 'faults.json'), ...env },
      settings: { apiMaxLength: '20mb' },
      ...(userDir === undefined ? {} : { userDir }),
    });
    return new Plant(nodeRed, folder);
  }

  async stop(): Promise<void> {
    await this.nodeRed.stop();
    for (const receiver of this.receivers) await receiver.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async receiver(
    script: Parameters<Ledger['keeping']>[0] = () => ({}),
    options: ReceiverOptions = {},
  ): Promise<Receiver> {
    const receiver = await startReceiver(this.keeping(script), options);
    this.receivers.push(receiver);
    return receiver;
  }

  keeping(
    script: (request: Received, attempt: number) => Answer | Promise<Answer>,
  ): (request: Received) => Promise<Answer> {
    return (request) => this.ledger.keeping(script)(request);
  }

  /** Sets faults inside of Node-RED (hooks.cjs); none where nothing is said. */
  async fault(faults: { clockMs?: number; dns?: Record<string, string | null>; blockMs?: number } = {}): Promise<void> {
    const number = ++this.#faults;
    writeFileSync(join(this.folder, 'faults.json'), JSON.stringify({ ...faults, number }));
    const set = this.nodeRed.logged(new RegExp(`faults set: ${number}\\n`));
    process.kill(this.nodeRed.pid, 'SIGWINCH');
    await set;
  }

  /** New calls with so many events each, posted side by side; resolves when all of them are accepted. */
  async calls(count: number, { line = 'crm', events = 2 } = {}): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.call(line, events)));
  }

  /** A new call: the next of its events is posted when the one before was accepted, as a provider does it. */
  async call(line: string, events: number, callId = this.newCall()): Promise<void> {
    for (let number = 1; number <= events; number++) await this.postUntilAccepted({ callId, number }, line);
  }

  newCall(): string {
    return `call-${++this.#calls}`;
  }

  async postUntilAccepted(event: CallEvent, line = 'crm'): Promise<void> {
    const giveUpAt = Date.now() + STUCK_AFTER_MS;
    while ((await this.post(event, line)) !== 200) {
      this.refused++;
      if (Date.now() > giveUpAt) {
        assert.fail(`${eventIdOf(event)} was refused for ${STUCK_AFTER_MS} ms. ${this.nodeRed.log.slice(-3000)}`);
      }
      await pause(50);
    }
  }

  /** The status it was answered with; 0 where no answer came. */
  async post(event: CallEvent, line = 'crm', more: Record<string, unknown> = {}): Promise<number> {
    try {
      const response = await fetch(`${this.nodeRed.url}/provider/${line}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ eventType: 'call.ended', eventId: eventIdOf(event), callId: event.callId, sequence: event.number },
          ...more,
        }),
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      if (response.status === 200) this.ledger.accepted(event);
      if (response.status === 503) assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
      return response.status;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return 0;
    }
  }

  summary(): Promise<Summary> {
    return this.nodeRed.get<Summary>('/telephony-webhooks/summary');
  }

  /** Waits until nothing is open any more and holds the ledger against what was accepted. */
  async check(): Promise<void> {
    const isSettled = async (): Promise<boolean> => {
      const { states } = await this.summary();
      return this.ledger.undelivered.length === 0 && states.pending + states.sending + states.waiting === 0;
    };
    await until(isSettled, async () => ({
      summary: await this.summary(),
      undelivered: this.ledger.undelivered.slice(0, 5),
      log: this.nodeRed.log.slice(-1500),
    }));
    this.ledger.check();
    assert.doesNotMatch(this.nodeRed.log, /Uncaught Exception|Unhandled|FATAL ERROR/);
    process.kill(this.nodeRed.pid, 0); // throws where it is gone
  }
}
