/** The source kind `asterisk-ami`: hears an Asterisk through its manager interface, and comes back whenever it is lost. */
import type { Timer } from '../../clock';
import { buildEvent } from '../../event/event-id';
import { fixedValues } from '../../event/fixed-values';
import type { JsonObject } from '../../json';
import type { AcceptedEvent } from '../../store/delivery-store';
import { Outbox } from '../outbox';
import { AFTER_LOSS, AFTER_REFUSAL, reconnectDelayMs } from '../reconnect';
import type { Source, SourceHost, SourceSetup } from '../source';
import { AmiReader, type Happening } from './ami-reader';
import { Dialplan } from './calls/dialplan';
import { AmiConnection, type Closing } from './client/connection';
import {
  IGNORED_EVENTS,
  isReadClass,
  LIST_ACTIONS,
  READ_CLASSES,
  type ReadClass,
  versionOfGreeting,
} from './client/manager-conf';
import type { Packet } from './client/packet';
import type { AsteriskSettings } from './kind';
import { connectionSettings, dialplanSettings } from './settings';

/** How often what waits for more is looked after, and how often Asterisk is asked which channels there are. */
const TICK_MS = 1_000;
const RESYNC_MS = 300_000;

/** A connection that lasted so long was good: what comes after it is a first failure again. */
const STEADY_MS = 10_000;

/** Events that wait to be stored; of a store that refuses for that long, more would fill the memory. */
const MOST_WAITING = 50_000;

const DAY_MS = 86_400_000;

/** How long it is waited for the exact version: it is good to know, and no more. */
const VERSION_MS = 3_000;

export class AmiSource implements Source {
  readonly #setup: SourceSetup<AsteriskSettings>;
  readonly #host: SourceHost;
  readonly #reader: AmiReader;
  readonly #outbox: Outbox;
  readonly #fixed: JsonObject;
  readonly #seen = new Set<ReadClass>();
  #connection: AmiConnection | undefined;
  #version = '';
  /** Failures in a row, of the network and of the login. */
  #failures = 0;
  #isReady = false;
  #readyAtMs = 0;
  #stopped = false;
  #timers = new Set<Timer>();

  /** Throws a UserError where the settings cannot work. */
  constructor(setup: SourceSetup<AsteriskSettings>, host: SourceHost) {
    this.#setup = setup;
    this.#host = host;
    this.#fixed = fixedValues(setup.fixed);
    this.#reader = new AmiReader(new Dialplan(dialplanSettings(setup.settings)), {
      isOwnAction: (actionId) => this.#connection?.isOwnAction(actionId) === true,
    });
    this.#outbox = new Outbox(host, {
      fails: (reason) => host.status({ kind: 'error', trouble: 'store', reason }),
      recovers: () => host.status(this.#isReady ? { kind: 'connected' } : { kind: 'connecting' }),
    });
  }

  /** Version of the Asterisk that is connected, as far as it tells; empty: none is. */
  get version(): string {
    return this.#isReady ? this.#version : '';
  }

  /** The classes of events of which it has not sent any yet. */
  get unseenClasses(): readonly string[] {
    return READ_CLASSES.filter((name) => !this.#seen.has(name));
  }

  start(): void {
    this.#connect();
    this.#every(TICK_MS, () => this.#hand(this.#reader.tick(this.#host.clock.now())));
    this.#every(RESYNC_MS, () => {
      if (this.#isReady) void this.#resync(false);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#connection?.close();
    await this.#outbox.close();
  }

  #after(delayMs: number, action: () => void): void {
    const timer = this.#host.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
  }

  #every(delayMs: number, action: () => void): void {
    this.#after(delayMs, () => {
      action();
      this.#every(delayMs, action);
    });
  }

  #connect(): void {
    this.#host.status({ kind: 'connecting' });
    const connection = new AmiConnection(connectionSettings(this.#setup), this.#host.clock, {
      ready: (greeting) => void this.#ready(connection, greeting),
      event: (packet) => this.#hear(packet),
      closed: (closing) => this.#lost(closing),
    });
    this.#connection = connection;
    connection.open();
  }

  async #ready(connection: AmiConnection, greeting: string): Promise<void> {
    this.#isReady = true;
    this.#readyAtMs = this.#host.clock.now();
    this.#version = versionOfGreeting(greeting) || greeting;
    const settings = await connection.request('CoreSettings', [], VERSION_MS);
    const version = settings?.text('AsteriskVersion') ?? '';
    if (version !== '') this.#version = `Asterisk ${version}`;
    if (this.#connection !== connection || !this.#isReady) return;
    this.#host.status({ kind: 'connected' });
    this.#hand(this.#reader.connected(this.#version, this.#host.clock.now()));
    await this.#resync(true);
    await addFilters(connection);
  }

  /** Asks which channels there are. What began in between shows by itself; what ended in between shows only so. */
  async #resync(isFirst: boolean): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    for (const action of LIST_ACTIONS) {
      this.#reader.beginList(isFirst);
      const answer = await connection.request(action);
      if (answer?.text('Response') === 'Success') return;
      // A connection that was lost meanwhile says nothing of what Asterisk would have answered; the next one asks again.
      if (this.#connection !== connection || !this.#isReady) return;
    }
    if (isFirst) this.#hand(this.#reader.cannotResync(this.#host.clock.now()));
  }

  #hear(packet: Packet): void {
    const [privilege = ''] = (packet.get('Privilege') ?? '').split(',', 1);
    if (isReadClass(privilege)) this.#seen.add(privilege);
    this.#hand(this.#reader.read(packet, this.#host.clock.now()));
  }

  #lost(closing: Closing): void {
    if (this.#stopped) return;
    const wasReady = this.#isReady;
    this.#isReady = false;
    // A server that lets us in and throws us out at once is no better than none.
    if (wasReady && this.#host.clock.now() - this.#readyAtMs >= STEADY_MS) this.#failures = 0;
    this.#failures++;
    if (wasReady) this.#hand(this.#reader.disconnected(closing.reason.message, this.#host.clock.now()));
    const needsSomebody = ['credentials', 'tls', 'protocol'].includes(closing.trouble);
    this.#host.status({ kind: needsSomebody ? 'error' : 'disconnected', ...closing });
    const policy = closing.trouble === 'credentials' ? AFTER_REFUSAL : AFTER_LOSS;
    this.#after(reconnectDelayMs(policy, this.#failures, this.#host.random), () => this.#connect());
  }

  #hand(happenings: readonly Happening[]): void {
    const room = MOST_WAITING - this.#outbox.size;
    this.#outbox.push(...happenings.slice(0, Math.max(room, 0)).map((happening) => this.#accepted(happening)));
  }

  #accepted({ type, atMs, callId, idParts, parameters }: Happening): AcceptedEvent {
    const { sourceId, sourceName, countryCode } = this.#setup;
    const event = buildEvent({
      sourceId,
      sourceName: sourceName || sourceId,
      provider: 'asterisk-ami',
      type,
      time: new Date(atMs).toISOString(),
      callId,
      idParts,
      parameters,
      countryCode,
      fixed: this.#fixed,
    });
    return { event, repeatKey: event.id, atMs, repeatUntilMs: this.#host.clock.now() + DAY_MS };
  }
}

/** Only a user with much power may set filters from here; others do without, or have them in manager.conf. */
async function addFilters(connection: AmiConnection): Promise<void> {
  for (const pattern of IGNORED_EVENTS) {
    const answer = await connection.request('Filter', [
      ['Operation', 'Add'],
      ['Filter', `!${pattern}`],
    ]);
    if (answer?.text('Response') !== 'Success') return;
  }
}
