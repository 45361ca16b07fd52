/** What became of an event that was heard, as it is remembered for the story of its call: short, since there is one for every event. */

/** Which of its conditions made a node drop an event. */
export type DropReason = 'type' | 'callType' | 'webhookId' | 'number';

const DROP_REASONS: ReadonlySet<unknown> = new Set<DropReason>(['type', 'callType', 'webhookId', 'number']);

/** What one node did with an event. */
export type Verdict =
  /** `messageId`: of the message that it became, by which its deliveries are known. */
  | { readonly kind: 'passed'; readonly messageId: string }
  | { readonly kind: 'dropped'; readonly reason: DropReason }
  /** Another event with the same value of the parameter `by` came out shortly before. */
  | { readonly kind: 'held-back'; readonly by: string; readonly untilMs: number };

export type Note =
  /** It came out of its source. `again`: not for the first time. No verdicts: no node listened. */
  | {
      readonly kind: 'told';
      readonly again: boolean;
      readonly verdicts: readonly { readonly nodeId: string; readonly verdict: Verdict }[];
    }
  /** Its source heard it once more. It has come out too often and does not come out again. */
  | { readonly kind: PlainKind };

type PlainKind = 'repeat' | 'closed';
const PLAIN_KINDS: ReadonlySet<unknown> = new Set<PlainKind>(['repeat', 'closed']);

/** As it is stored. */
export function noteText(note: Note): string {
  if (note.kind !== 'told') return JSON.stringify(note.kind);
  const verdicts = note.verdicts.map(({ nodeId, verdict }) => [nodeId, ...verdictColumns(verdict)]);
  return JSON.stringify([note.again ? 1 : 0, ...verdicts]);
}

function verdictColumns(verdict: Verdict): readonly (string | number)[] {
  switch (verdict.kind) {
    case 'passed':
      return ['passed', verdict.messageId];
    case 'dropped':
      return [verdict.reason];
    case 'held-back':
      return ['held-back', verdict.by, verdict.untilMs];
  }
}

/** Undefined: a disk, or a person with a tool, has damaged it. */
export function readNote(text: string): Note | undefined {
  const parsed = parsedJson(text);
  if (PLAIN_KINDS.has(parsed)) return { kind: parsed as PlainKind };
  if (!Array.isArray(parsed)) return undefined;
  const [again, ...verdicts] = parsed as readonly unknown[];
  return { kind: 'told', again: again === 1, verdicts: verdicts.flatMap(readVerdict) };
}

function readVerdict(value: unknown): { nodeId: string; verdict: Verdict }[] {
  if (!Array.isArray(value)) return [];
  const [nodeId, kind, text, untilMs] = value as readonly unknown[];
  if (typeof nodeId !== 'string') return [];
  if (DROP_REASONS.has(kind)) return [{ nodeId, verdict: { kind: 'dropped', reason: kind as DropReason } }];
  if (typeof text !== 'string') return [];
  if (kind === 'passed') return [{ nodeId, verdict: { kind, messageId: text } }];
  return kind === 'held-back' && typeof untilMs === 'number' ? [{ nodeId, verdict: { kind, by: text, untilMs } }] : [];
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
