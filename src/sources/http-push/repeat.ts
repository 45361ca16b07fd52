/**
 * When a push is the repeat of one that came before, because the provider sends again what it believes lost.
 *
 * By the provider's own id of the event, for a day; where it gives none, an identical request within a minute that names
 * the call and a time or number of this event. Everything else is new: of two presses of one key, or two phones dialled,
 * nothing tells that they are one.
 */
import { createHash } from 'node:crypto';
import type { Decoded } from './decode';

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

export interface Identity {
  readonly repeatKey: string;
  readonly repeatUntilMs: number;
  /** What the event's id is made of: equal for an event that is heard twice, unlike for any two others. */
  readonly idParts: readonly string[];
}

export interface Heard {
  readonly sourceId: string;
  readonly receivedAtMs: number;
  /** A text that never comes twice. */
  readonly unique: string;
  /** Of the whole request: what was sent, and to which webhook and trigger. */
  readonly fingerprint: string;
}

export function identify(event: Decoded, heard: Heard): Identity {
  const { type, callKey, moment, eventId } = event;
  const { sourceId, receivedAtMs } = heard;
  if (eventId !== undefined) {
    return {
      repeatKey: JSON.stringify(['id', sourceId, type, eventId]),
      repeatUntilMs: receivedAtMs + DAY_MS,
      idParts: ['id', type, eventId],
    };
  }
  if (callKey === undefined || moment === undefined) {
    const idParts = ['heard', type, callKey ?? '', String(receivedAtMs), heard.unique];
    return { repeatKey: JSON.stringify([sourceId, ...idParts]), repeatUntilMs: receivedAtMs, idParts };
  }
  // What a call has once is the same event also where it is told in another encoding or by another trigger; of anything
  // else, only what is the same in every byte.
  const leg = String(event.parameters['legId'] ?? '');
  return {
    repeatKey: JSON.stringify(['body', sourceId, type, heard.fingerprint]),
    repeatUntilMs: receivedAtMs + MINUTE_MS,
    idParts: ['call', type, callKey, moment, leg, ...(event.oncePerCall ? [] : [heard.fingerprint])],
  };
}

/** A digest of texts and bytes that differs wherever one of them does. */
export function fingerprintOf(texts: readonly string[], body: Buffer): string {
  return createHash('sha256').update(JSON.stringify(texts)).update(body).digest('base64url');
}
