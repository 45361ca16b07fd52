/**
 * When a push is the repeat of one that came before, because the provider sends again what it believes lost, and what the
 * id of an event is made of.
 *
 * A repeat is known for a day by the provider's own id of the event, by the call where a call has but one such event, or
 * by the provider's id of the message, where that is signed. Where none of them names it, an identical request within a
 * minute is one if it names the call and a time or number of this event, or a call that has but one such event, or at
 * least a time. Everything else is new: of two presses of one key, two phones dialled, or two calls of which neither is
 * named, nothing tells that they are one.
 */
import { createHash } from 'node:crypto';
import type { Decoded } from './decode';

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

export interface Identity {
  /** What the event's id is made of: equal for an event that is heard twice, unlike for any two others. */
  readonly idParts: readonly string[];
  /** Until when another of the same id is its repeat. */
  readonly repeatUntilMs: number;
}

export interface Heard {
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
  const { receivedAtMs } = heard;
  const named = namedParts(event, heard);
  const same = named ?? sameBytesParts(event, heard);
  const parts = same ?? ['heard', event.type, event.callKey ?? '', String(receivedAtMs), heard.unique];
  const knownForMs = named ? DAY_MS : same ? MINUTE_MS : 0;
  // What goes to several webhooks is an event of each: each has its flow.
  return { idParts: [...parts, parameterText(event, 'webhookId')], repeatUntilMs: receivedAtMs + knownForMs };
}

/** What says by a name which event this is, however and wherever it is told. */
function namedParts(event: Decoded, { messageId, index }: Heard): readonly string[] | undefined {
  const { type, eventId } = event;
  if (eventId !== undefined) return ['id', type, eventId];
  // A hang-up that two messages tell is one, still.
  const once = oncePerCallParts(event);
  return once ?? (messageId === undefined ? undefined : ['message', type, messageId, String(index)]);
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
