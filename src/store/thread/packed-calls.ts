/**
 * Calls and their outcomes as they go between the threads of a store: in one flat array a batch. To clone texts and numbers takes a third
 * of what it takes to clone objects of them. So what every delivery needs is taken apart here and put together on the other
 * side; all other calls go as they are.
 */
import type { Accepted, Finished, NewDelivery } from '../delivery-store';
import {
  type Claimed,
  type Packed,
  packAccepted,
  packClaimed,
  packDelivery,
  packFinished,
  Unpacking,
  unpackAccepted,
  unpackClaimed,
  unpackDelivery,
  unpackFinished,
} from './packed-deliveries';
import type { Call, ErrorData, Outcome } from './worker-protocol';

export function packCalls(calls: readonly Call[]): Packed {
  const packed: Packed = [];
  for (const { name, args, heard } of calls) {
    packed.push(name, heard);
    // By their names, these are the arguments (StoreThread.call).
    if (name === 'accept') packDelivery(packed, args[0] as NewDelivery);
    else if (name === 'finish') packFinished(packed, args[0] as Finished);
    else packed.push(args);
  }
  return packed;
}

export function unpackCalls(packed: Packed): Call[] {
  const from = new Unpacking(packed);
  const calls: Call[] = [];
  while (from.hasMore) {
    const name = from.next<Call['name']>();
    const heard = from.next<number>();
    if (name === 'accept') calls.push({ name, heard, args: [unpackDelivery(from)] });
    else if (name === 'finish') calls.push({ name, heard, args: [unpackFinished(from)] });
    else calls.push({ name, heard, args: from.next<unknown[]>() });
  }
  return calls;
}

/** `calls`: those that the outcomes are of. */
export function packOutcomes(calls: readonly Call[], outcomes: readonly Outcome[]): Packed {
  const packed: Packed = [];
  for (const [index, outcome] of outcomes.entries()) {
    packed.push(outcome.ok);
    if (!outcome.ok) packed.push(outcome.error);
    else packValue(packed, calls[index]?.name, outcome.value);
  }
  return packed;
}

/** `calls`: those that the outcomes are of. */
export function unpackOutcomes(calls: readonly { readonly name: string }[], packed: Packed): Outcome[] {
  const from = new Unpacking(packed);
  return calls.map(({ name }): Outcome => {
    const ok = from.next<boolean>();
    if (!ok) return { ok, error: from.next<ErrorData>() };
    return { ok, value: unpackValue(from, name) };
  });
}

function packValue(packed: Packed, name: Call['name'] | undefined, value: unknown): void {
  // By their names, these are the results (GroupCommit).
  if (name === 'accept') packAccepted(packed, value as Accepted);
  else if (name === 'claim') packClaimed(packed, value as Claimed);
  else packed.push(value);
}

function unpackValue(from: Unpacking, name: string): unknown {
  if (name === 'accept') return unpackAccepted(from);
  if (name === 'claim') return unpackClaimed(from);
  return from.next();
}
