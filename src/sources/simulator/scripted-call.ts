/**
 * A call as a script: what happens in it, one thing after another, and the figures that follow from that. It only writes
 * the script down; who plays it, and when, is the source's business.
 */

import { parametersOf } from '../../event/catalogue';
import { sessionStateAfter } from '../../event/session-state';
import type { JsonObject } from '../../json';
import type { Random } from '../../random';
import { CallTimes, STEP_MS } from './call-times';
import type { Colleague, Customer, Line } from './cast';

export interface ScriptedEvent {
  readonly atMs: number;
  readonly type: string;
  /** Empty: it belongs to no call. */
  readonly callId: string;
  readonly parameters: Readonly<JsonObject>;
}

/** When to play, and which call of the source it is. */
export interface Cue {
  readonly random: Random;
  readonly startMs: number;
  /** Counts the calls of a source; together with the start it makes the ids of a call. */
  readonly serial: number;
}

export interface Result {
  readonly status: 'answered' | 'missed' | 'busy' | 'failed' | 'rejected' | 'voicemail' | 'cancelled';
  readonly hangupBy: 'caller' | 'callee' | 'agent' | 'customer' | 'pbx';
  /** Q.850. */
  readonly cause?: '16' | '17' | '19' | '21';
  readonly missedReason?: string;
  /** Further parameters of its end. */
  readonly more?: JsonObject;
}

const DISPOSITIONS = {
  answered: 'ANSWERED',
  missed: 'NO ANSWER',
  busy: 'BUSY',
  failed: 'FAILED',
  rejected: 'NO ANSWER',
  voicemail: 'VOICEMAIL',
  cancelled: 'NO ANSWER',
} as const;

const CAUSES = { '16': 'Normal Clearing', '17': 'User busy', '19': 'No answer', '21': 'Call rejected' } as const;

export class ScriptedCall {
  readonly events: ScriptedEvent[] = [];
  readonly id: string;
  readonly #random: Random;
  readonly #startMs: number;
  readonly #serial: number;
  readonly #times: CallTimes;
  #nowMs: number;
  #legs = 0;
  #known: JsonObject;

  private constructor(cue: Cue, parties: JsonObject) {
    this.#random = cue.random;
    this.#startMs = cue.startMs;
    this.#nowMs = cue.startMs;
    this.#serial = cue.serial;
    this.#times = new CallTimes(cue.startMs);
    this.id = this.newLegId();
    this.#known = {
      callId: this.id,
      legId: this.id,
      providerCallId: `simulated-${this.id}`,
      sipCallId: `${this.id}@pbx.example.test`,
      channel: `PJSIP/trunk-1-${cue.serial.toString(16).padStart(8, '0')}`,
      startTime: isoTime(cue.startMs),
      adopted: false,
      hasRecording: false,
      ...parties,
    };
  }

  static inbound(cue: Cue, customer: Customer, line: Line): ScriptedCall {
    return new ScriptedCall(cue, {
      direction: 'inbound',
      origin: 'phone',
      callerNumber: customer.number,
      callerName: customer.name,
      callerWithheld: false,
      callerCountry: 'US',
      callerRegion: customer.region,
      calledNumber: line.number,
      did: line.number,
      didName: line.name,
      trunk: 'trunk-1',
      externalNumber: customer.number,
    });
  }

  static outbound(cue: Cue, customer: Customer, line: Line, origin: string): ScriptedCall {
    return new ScriptedCall(cue, {
      direction: 'outbound',
      origin,
      callerNumber: line.number,
      calledNumber: customer.number,
      did: line.number,
      didName: line.name,
      trunk: 'trunk-1',
      externalNumber: customer.number,
    });
  }

  static internal(cue: Cue, from: Colleague, to: Colleague): ScriptedCall {
    return new ScriptedCall(cue, {
      direction: 'internal',
      origin: 'phone',
      callerNumber: from.extension,
      callerName: from.name,
      calledNumber: to.extension,
      internalNumber: from.extension,
      employeeName: from.name,
      employeeId: from.id,
    });
  }

  /** Lets between so and so many seconds pass. */
  wait(leastSeconds: number, mostSeconds: number): this {
    const ms = (leastSeconds + (mostSeconds - leastSeconds) * this.#random()) * 1000;
    this.#nowMs += Math.round(ms / STEP_MS) * STEP_MS;
    return this;
  }

  /** Lets the time pass until then. */
  waitUntil(ms: number): this {
    this.#nowMs = Math.max(this.#nowMs, ms);
    return this;
  }

  /** The moment that the script has come to. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** What every later event tells too, as far as events of its type do. */
  know(parameters: JsonObject): this {
    this.#known = { ...this.#known, ...parameters };
    return this;
  }

  /** An event, now. `own` is told by this one only. */
  say(type: string, own: JsonObject = {}): this {
    const sessionState = sessionStateAfter(type);
    if (sessionState !== undefined) this.know({ sessionState });
    const carried = parametersOf(type).flatMap(({ name }) => {
      const value = this.#known[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const parameters = { sequence: this.events.length + 1, ...Object.fromEntries(carried), ...own };
    this.events.push({ atMs: this.#nowMs, type, callId: this.id, parameters });
    return this;
  }

  /** A phone is dialled and begins to ring. */
  ring(target: string, targetType = 'extension', more: JsonObject = {}): this {
    this.know({ legId: this.newLegId(), target, targetType, ...more });
    this.say('call.dialed').wait(0.2, 0.6).say('call.ringing');
    this.#times.ringing(this.#nowMs);
    return this;
  }

  /** The phone that rang stops ringing; answers are said by `answer`. */
  stopRinging(): this {
    this.#times.silent(this.#nowMs);
    return this;
  }

  /** The PBX itself picks up, as for a mailbox. */
  pickUp(): this {
    this.#times.pickedUp(this.#nowMs);
    return this;
  }

  /** A person picks up. The talk of a click-to-call begins when its second side, the customer, does. */
  answer(answeredBy: string, answeredByType: string, more: JsonObject = {}): this {
    return this.connect(answeredBy, answeredByType, more['leg'] === 'customer').say('call.answered', more);
  }

  /** A person picks up, without an event. */
  connect(answeredBy: string, answeredByType: string, anew = false): this {
    const outside = answeredByType === 'external' || answeredByType === 'customer';
    this.stopRinging().pickUp();
    this.enter(outside ? 'external' : 'extension', answeredBy);
    const answerTime = isoTime(this.#times.answered(this.#nowMs, anew));
    return this.know({ answerTime, answeredBy, answeredByType, pickup: false });
  }

  /** The colleague who takes part from now on. */
  with({ extension, name, id, email }: Colleague): this {
    return this.know({ internalNumber: extension, employeeName: name, employeeId: id, employeeEmail: email });
  }

  /** A voice menu picks up. */
  menu(ivrName: string): this {
    return this.pickUp().enter('ivr', ivrName).know({ ivrName, ivrPath: [], digits: '' }).say('call.ivr');
  }

  /** A key is pressed; in a menu it is a choice. */
  press(digit: string): this {
    const { ivrName, ivrPath, digits } = this.#known;
    this.know({ digits: `${String(digits ?? '')}${digit}` });
    if (Array.isArray(ivrPath)) this.know({ ivrPath: [...ivrPath, `${String(ivrName)}:${digit}`] });
    return this.say('call.dtmf', { digit, pressedBy: 'caller' });
  }

  queue(queueName: string): this {
    this.enter('queue', queueName).know({ queueName });
    return this.say('call.queued', { queuePosition: 1, queueCount: 1 });
  }

  /** `type`: another event than a plain hold with which the other side has to wait. */
  hold(heldBy: string, type = 'call.hold', more: JsonObject = {}): this {
    this.#times.held(this.#nowMs);
    return this.say(type, { heldBy, ...more });
  }

  unhold(heldBy: string, type = 'call.unhold', more: JsonObject = {}): this {
    this.#times.unheld(this.#nowMs);
    return this.say(type, { heldBy, ...more });
  }

  /** The next stop of the call; the one before it ends here. */
  enter(type: string, name: string): this {
    this.#times.entered(this.#nowMs, type, name);
    return this;
  }

  /** The end: `call.missed` first where nobody answered a call from outside, then `call.ended`, with all figures. */
  end(result: Result): this {
    this.finish(result);
    if (this.#known['direction'] === 'inbound' && result.status !== 'answered') this.say('call.missed');
    return this.say('call.ended');
  }

  /** The call is over, without an event; every later one tells how it went. */
  finish({ status, hangupBy, cause = '16', missedReason, more }: Result): this {
    this.#times.silent(this.#nowMs);
    this.#times.left(this.#nowMs);
    return this.know({
      endTime: isoTime(this.#nowMs),
      status,
      disposition: DISPOSITIONS[status],
      hangupBy,
      hangupCause: cause,
      hangupCauseText: CAUSES[cause],
      ...(missedReason !== undefined && { missedReason }),
      ...this.#times.figures(this.#nowMs),
      ...more,
    });
  }

  /** The id of one more leg of the call, as Asterisk makes them: the second of its start and a running number. */
  private newLegId(): string {
    return `${Math.floor(this.#startMs / 1000)}.${this.#serial * 10 + this.#legs++}`;
  }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
