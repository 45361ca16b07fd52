/** The source kind `simulator`: plays scripted calls at the pace of real ones, for demonstrations, tests and trying out. */
import type { Random, Timer } from '../../clock';
import { UserError } from '../../errors';
import { buildEvent } from '../../event/event-id';
import { fixedValues } from '../../event/fixed-values';
import type { JsonObject } from '../../json';
import { source } from '../../sentences/source';
import type { AcceptedEvent } from '../../store/delivery-store';
import { Outbox } from '../outbox';
import type { Source, SourceHost, SourceSetup } from '../source';
import { shuffled } from './chance';
import type { SimulatorSettings } from './kind';
import { findScenarios, type Scenario, scenarios } from './scenarios';
import type { ScriptedEvent } from './scripted-call';
import { seededRandom } from './seeded-random';

export type SimulatorConfig = SimulatorSettings & Omit<SourceSetup<unknown>, 'settings' | 'credentials' | 'timeZone'>;
type SimulatorHost = Pick<SourceHost, 'clock' | 'random' | 'deliver' | 'status'>;

/** Something happens soon after the start, so that a user who has just deployed sees it. */
const FIRST_CALL_MS = 500;

/** Calls under way, and events that wait to be stored; beyond either no call begins until there is room again. */
const MOST_CALLS = 2000;
const MOST_WAITING = 5000;

const DAY_MS = 86_400_000;

export class SimulatorSource implements Source {
  readonly #config: SimulatorConfig;
  readonly #host: SimulatorHost;
  readonly #scenarios: readonly [Scenario, ...Scenario[]];
  readonly #fixed: JsonObject;
  readonly #seed: string;
  readonly #pace: Random;
  readonly #timers = new Set<Timer>();
  #round: Scenario[] = [];
  #serial = 0;
  #calls = 0;
  readonly #outbox: Outbox;

  /** Throws a UserError `scenarios` where the configuration names a scenario that does not exist. */
  constructor(config: SimulatorConfig, host: SimulatorHost) {
    const chosen = findScenarios(config.scenarios);
    if (chosen === undefined) {
      const names = scenarios.map(({ id }) => id).join(', ');
      throw new UserError('scenarios', source('scenarios', { scenarios: names }), {
        field: 'scenarios',
      });
    }
    this.#config = config;
    this.#host = host;
    this.#outbox = new Outbox(host, {
      fails: (reason) => host.status({ kind: 'error', trouble: 'store', reason }),
      recovers: () => host.status({ kind: 'connected' }),
    });
    this.#scenarios = chosen;
    this.#fixed = fixedValues(config.fixed);
    this.#seed = config.seed === '' ? String(host.random()) : config.seed;
    this.#pace = seededRandom(`${this.#seed} pace`);
    // The first round goes in the order of the list, in which the plain calls come first.
    this.#round = [...chosen];
  }

  start(): void {
    this.#host.status({ kind: 'connected' });
    this.after(Math.min(FIRST_CALL_MS, Math.round(this.meanGapMs)), () => this.nextCall());
  }

  /** Calls under way break off; what has happened is still handed over. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    await this.#outbox.close();
  }

  private get meanGapMs(): number {
    return 60_000 / this.#config.callsPerMinute;
  }

  private after(delayMs: number, action: () => void): void {
    const timer = this.#host.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
  }

  private nextCall(): void {
    this.after(Math.round(this.meanGapMs * (0.5 + this.#pace())), () => this.nextCall());
    this.callNow();
  }

  /** Begins a call out of turn, and answers the title of its scenario. Undefined: there are too many calls under way. */
  callNow(): string | undefined {
    if (this.#calls >= MOST_CALLS || this.#outbox.size >= MOST_WAITING) return undefined;
    if (this.#round.length === 0) this.#round = shuffled(this.#pace, this.#scenarios);
    const scenario = this.#round.shift() ?? this.#scenarios[0];
    const serial = ++this.#serial;
    // Its own chance for each call: what happens in one does not depend on when the others began.
    const random = seededRandom(`${this.#seed} call ${serial}`);
    this.#calls++;
    this.play(scenario.play({ random, startMs: this.#host.clock.now(), serial }), serial, 0);
    return scenario.title;
  }

  /** Hands on the events that are due, and waits for the next. */
  private play(script: readonly ScriptedEvent[], serial: number, from: number): void {
    const nowMs = this.#host.clock.now();
    let next = from;
    for (let event = script[next]; event !== undefined && event.atMs <= nowMs; event = script[++next]) {
      this.#outbox.push(this.accepted(event, serial, next));
    }
    const following = script[next];
    if (following === undefined) this.#calls--;
    else this.after(following.atMs - nowMs, () => this.play(script, serial, next));
  }

  private accepted({ atMs, type, callId, parameters }: ScriptedEvent, serial: number, index: number): AcceptedEvent {
    const { sourceId, sourceName, countryCode } = this.#config;
    const event = buildEvent({
      sourceId,
      sourceName,
      provider: 'simulator',
      type,
      time: new Date(atMs).toISOString(),
      callId,
      idParts: [callId, atMs, serial, index],
      parameters,
      // The numbers of the cast are written as in the US, wherever the user is.
      countryCode: countryCode === '' ? 'US' : countryCode,
      fixed: this.#fixed,
    });
    return { event, repeatKey: event.id, atMs, repeatUntilMs: atMs + DAY_MS };
  }
}
