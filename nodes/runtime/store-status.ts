/** Says at a node, loudly, that its store refuses to write or will soon, what to do, and when that is over. */
import type { Node, NodeStatus } from 'node-red';
import { UserError } from '../../src/errors';
import { type Red, reportProblem } from './red';
import type { SharedStore } from './shared-store';
import { firstThatFits, type Say, sayShared, shortCount } from './status-text';

/** Errors of a store for which there are words; the whole sentence is in the log. */
const NAMED: readonly string[] = ['store-full', 'store-unwritable', 'store-busy', 'store-corrupt', 'store-newer'];

function inShort(error: unknown, say: Say): string {
  const code = error instanceof UserError ? error.code : '';
  return say(NAMED.includes(code) ? code : 'store');
}

/** Says at a node that its store cannot be had. */
export function reportStore(red: Red, node: Node, error: unknown): void {
  reportProblem(node, error instanceof Error ? error.message : String(error), inShort(error, sayShared(red)));
}

/** Shown below a node for as long as it lasts. Null: there is nothing to show. */
export function storeStatus({ trouble, waiting, alarm }: SharedStore, say: Say): NodeStatus | null {
  if (trouble !== null) {
    const text = inShort(trouble, say);
    const held = say('held', { count: shortCount(waiting) });
    return { fill: 'red', shape: 'ring', text: waiting > 0 ? firstThatFits(`${text}, ${held}`, text) : text };
  }
  return alarm === null ? null : { fill: 'yellow', shape: 'ring', text: say(alarm.kind) };
}

/** Calls `show` with what is to be shown, and says it once in the log, until the answer is called. */
export function watchStore(
  red: Red,
  node: Node,
  store: SharedStore,
  show: (status: NodeStatus | null) => void,
): () => void {
  let saidTrouble = false;
  let saidAlarm: string | undefined;
  const look = (): void => {
    const { trouble, alarm } = store;
    // One line for a trouble, however often it is told, and one for its end.
    if (trouble !== null && !saidTrouble) node.error(trouble.message);
    if (trouble === null && saidTrouble) node.warn('The delivery store writes again; what waited for it is kept.');
    saidTrouble = trouble !== null;
    if (alarm !== null && alarm.kind !== saidAlarm) node.warn(alarm.message);
    saidAlarm = alarm?.kind;
    show(storeStatus(store, sayShared(red)));
  };
  look();
  return store.onChange(look);
}
