/**
 * When a push is the repeat of one that came before, because the provider sends again what it believes lost, and what the
 * id of an event is made of.
 *
 * A repeat is known for a day by the provider's own id, of the event or (where it is signed) of the message; where it gives
 * none, an identical request within a minute is one if it names the call and a time or number of this event, or a call
 * that has but one such event, or at least a time. Everything else is new: of two presses of one key, two phones dialled,
 * or two calls of which neither is named, nothing tells that they are one.
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
  /** The sender's id of the message, if it is signed. */
  readonly messageId: string | undefined;
  /** Which of the events of one message this is. */
  readonly index: number;
}

export function identify(event: Decoded, heard: Heard): Identity {
  const { type, eventId } = event;
  const { sourceId, receivedAtMs, messageId } = heard;
  if (eventId !== undefined) {
    return {
      repeatKey: JSON.stringify(['id', sourceId, type, eventId]),
      repeatUntilMs: receivedAtMs + DAY_MS,
      idParts: ['id', type, eventId],
    };
  }
  if (messageId !== undefined) {
    const idParts = ['message', type, messageId, String(heard.index)];
    return {
      // One message may go to several webhooks, each of which has its flow.
      repeatKey: JSON.stringify([sourceId, ...idParts, parameterText(event, 'webhookId')]),
      repeatUntilMs: receivedAtMs + DAY_MS,
      // A hang-up that two messages tell is one, still.
      idParts: oncePerCallParts(event) ?? idParts,
    };
  }
  const idParts = oncePerCallParts(event) ?? sameBytesParts(event, heard);
  if (idParts === undefined) {
    const parts = ['heard', type, event.callKey ?? '', String(receivedAtMs), heard.unique];
    return { repeatKey: JSON.stringify([sourceId, ...parts]), repeatUntilMs: receivedAtMs, idParts: parts };
  }
  return {
    repeatKey: JSON.stringify(['body', sourceId, type, heard.fingerprint]),
    repeatUntilMs: receivedAtMs + MINUTE_MS,
    idParts,
  };
}

/** What a call has once is the same event also where it is told in another encoding or by another trigger. */
function oncePerCallParts(event: Decoded): readonly string[] | undefined {
  const { type, callKey, callKeyRecurs, oncePerCall, sequence, moment } = event;
  const when = sequence ?? moment;
  if (!oncePerCall || callKey === undefined || (when === undefined && callKeyRecurs)) return undefined;
  return ['call', type, callKey, when ?? '', parameterText(event, 'legId')];
}

/** Of anything else, only what is the same in every byte. Undefined: not even that tells that two are one. */
function sameBytesParts(event: Decoded, { fingerprint }: Heard): readonly string[] | undefined {
  const { type, callKey, oncePerCall, sequence, moment } = event;
  if (callKey === undefined) return moment === undefined ? undefined : ['time', type, moment, fingerprint];
  const when = sequence ?? moment;
  if (when === undefined && !oncePerCall) return undefined;
  return ['call', type, callKey, when ?? '', parameterText(event, 'legId'), fingerprint];
}

function parameterText({ parameters }: Decoded, name: string): string {
  return String(parameters[name] ?? '');
}

/** A digest of texts and bytes that differs wherever one of them does. */
export function fingerprintOf(texts: readonly string[], body: Buffer): string {
  return createHash('sha256').update(JSON.stringify(texts)).update(body).digest('base64url');
}
