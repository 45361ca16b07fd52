/** What stands below a `webhook out`: what stops its endpoint, else what waits, else what became of the last delivery. */
import type { NodeStatus } from 'node-red';
import type { DeliveryError } from '../../src/delivery/delivery';
import type { LaneCondition } from '../../src/delivery/gate';
import type { StatusLine } from '../runtime/red';
import { clockTime, firstThatFits, type Say, shortCount } from '../runtime/status-text';

type Last =
  | { readonly kind: 'delivered'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly error: DeliveryError };

export class WebhookStatus {
  private condition: LaneCondition = { kind: 'open' };
  private waiting = 0;
  private changeCount = 0;
  /** Given up since the last success. */
  private failed = 0;
  private last: Last | undefined;
  /** Of what waits, the attempt that was planned last. */
  private next: { readonly attempt: number; readonly dueAtMs: number } | undefined;

  constructor(
    private readonly line: StatusLine,
    private readonly say: Say,
  ) {}

  /** How many wait, as the store counts them. */
  get waitingCount(): number {
    return this.waiting;
  }

  set waitingCount(count: number) {
    if (count === this.waiting) return;
    this.waiting = count;
    this.show();
  }

  /** How often the node itself has changed that: a count that was asked for before may have seen it, or not. */
  get changes(): number {
    return this.changeCount;
  }

  lane(condition: LaneCondition): void {
    if (condition.kind === 'open' && this.condition.kind === 'open') return;
    this.condition = condition;
    this.show();
  }

  /** `isFirst`: it has not waited before. `attempt`: which one comes next. */
  postponed(isFirst: boolean, attempt: number, dueAtMs: number): void {
    if (isFirst) this.changeBy(1);
    this.next = { attempt, dueAtMs };
    this.show();
  }

  delivered(hasWaited: boolean, atMs: number): void {
    this.ended(hasWaited, { kind: 'delivered', atMs });
    this.failed = 0;
  }

  gaveUp(hasWaited: boolean, error: DeliveryError): void {
    this.ended(hasWaited, { kind: 'failed', error });
    this.failed++;
  }

  private ended(hasWaited: boolean, last: Last): void {
    if (hasWaited) this.changeBy(-1);
    this.last = last;
    this.show();
  }

  private changeBy(more: number): void {
    this.waiting = Math.max(0, this.waiting + more);
    this.changeCount++;
  }

  /** Put into words when it is shown, by what is so then. */
  private show(): void {
    this.line.show(() => this.stopped() ?? this.open());
  }

  private stopped(): NodeStatus | undefined {
    const { condition, say } = this;
    const yellow = (text: string): NodeStatus => ({ fill: 'yellow', shape: 'ring', text });
    switch (condition.kind) {
      case 'open':
        return undefined;
      case 'paused': {
        const paused = say('paused');
        return yellow(this.waiting > 0 ? firstThatFits(`${paused}, ${this.waitingText()}`, paused) : paused);
      }
      case 'retry-after':
        return yellow(say('retryAfter', { time: clockTime(condition.untilMs) }));
      case 'resting':
        return yellow(say('resting', { time: clockTime(condition.untilMs) }));
      case 'probing':
        return yellow(say('probing'));
    }
  }

  private open(): NodeStatus {
    const { waiting, last, say } = this;
    if (waiting > 0) return { fill: 'yellow', shape: 'ring', text: this.waitingInWords() };
    if (last === undefined) return {};
    if (last.kind === 'delivered') {
      return { fill: 'green', shape: 'dot', text: say('delivered', { time: clockTime(last.atMs) }) };
    }
    const { class: kind, statusCode } = last.error;
    return { fill: 'red', shape: 'dot', text: say(`failed.${kind}`, { code: statusCode ?? '' }) };
  }

  private waitingInWords(): string {
    const { waiting, failed, next, say } = this;
    const text = this.waitingText();
    if (failed > 0) return firstThatFits(`${text}, ${say('failures', { count: shortCount(failed) })}`, text);
    if (waiting > 1 || next === undefined) return text;
    return firstThatFits(say('next', { attempt: next.attempt, time: clockTime(next.dueAtMs) }), text);
  }

  private waitingText(): string {
    return this.say('waiting', { count: shortCount(this.waiting) });
  }
}
