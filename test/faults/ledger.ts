/**
 * Keeps account of a plant under faults: what was accepted, what arrived and how it was answered. `check` holds the one against
 * the other: nothing lost, order kept, no copy under another id.
 */
import assert from 'node:assert/strict';
import type { Answer, Received } from '../support/receiver';

/** The `number`th thing that happened in a call, as a receiver gets it. */
export interface CallEvent {
  readonly callId: string;
  readonly number: number;
}

interface Arrival {
  readonly webhookId: string;
  /** Answered with 2xx, whole. */
  wasAnswered: boolean;
}

export function eventIdOf({ callId, number }: CallEvent): string {
  return `${callId}#${number}`;
}

export class Ledger {
  readonly #accepted = new Set<string>();
  readonly #arrivals = new Map<string, Arrival[]>();
  readonly #outOfOrder: string[] = [];

  /** The pack has said that it will deliver it. */
  accepted(event: CallEvent): void {
    this.#accepted.add(eventIdOf(event));
  }

  /** A receiver has it. Call `answered` of the result when it has been told so. */
  arrived(request: Received): Arrival {
    const event = eventIn(request);
    for (let earlier = 1; earlier < event.number; earlier++) {
      const before = eventIdOf({ ...event, number: earlier });
      if (!this.#wasDelivered(before)) this.#outOfOrder.push(`${eventIdOf(event)} came before ${before}`);
    }
    const arrival = { webhookId: String(request.headers['webhook-id']), wasAnswered: false };
    const arrivals = this.#arrivals.get(eventIdOf(event)) ?? [];
    this.#arrivals.set(eventIdOf(event), [...arrivals, arrival]);
    return arrival;
  }

  /** A receiver's script that keeps account of what it does. */
  keeping(
    script: (request: Received, attempt: number) => Answer | Promise<Answer>,
  ): (request: Received) => Promise<Answer> {
    return async (request) => {
      const arrival = this.arrived(request);
      const attempt = this.#arrivals.get(eventIdOf(eventIn(request)))?.length ?? 0;
      const answer = await script(request, attempt);
      const { status = 200, fault, raw } = answer;
      // One without end is cut after so much and counts.
      const isWhole = raw === undefined && (fault === undefined || fault === 'endless');
      if (status >= 200 && status < 300 && isWhole) arrival.wasAnswered = true;
      return answer;
    };
  }

  /** Accepted, and answered by no receiver yet. */
  get undelivered(): string[] {
    return [...this.#accepted].filter((id) => !this.#wasDelivered(id));
  }

  get acceptedCount(): number {
    return this.#accepted.size;
  }

  /** How often an event has arrived. */
  timesArrived(event: CallEvent): number {
    return this.#arrivals.get(eventIdOf(event))?.length ?? 0;
  }

  check(): void {
    assert.deepEqual(this.undelivered, [], 'accepted, and lost');
    assert.deepEqual(this.#outOfOrder, [], 'out of order');
    const copies = [...this.#arrivals].filter(([, all]) => new Set(all.map(({ webhookId }) => webhookId)).size > 1);
    assert.deepEqual(copies, [], 'the same event under more than one webhook-id');
  }

  #wasDelivered(id: string): boolean {
    return this.#arrivals.get(id)?.some(({ wasAnswered }) => wasAnswered) ?? false;
  }
}

function eventIn({ text, url }: Received): CallEvent {
  const body = JSON.parse(text) as { callId?: unknown; sequence?: unknown };
  assert(typeof body.callId === 'string', `no call in what ${url} got: ${text.slice(0, 200)}`);
  return { callId: body.callId, number: Number(body.sequence) };
}
