/** Says at a node, loudly, that its store refuses to write or will soon, what to do, and when that is over. */
import type { Node, NodeStatus } from 'node-red';
import { inShort, type Red } from '../red';
import { firstThatFits, shortCount } from '../status-text';
import type { SharedStore } from './shared-store';

/** Shown below a node for as long as it lasts. Null: there is nothing to show. */
export function storeStatus(red: Red, { trouble, waiting, alarm }: SharedStore): NodeStatus | null {
  if (trouble !== null) {
    const short = inShort(red, trouble);
    const both = red._('status.waiting', { trouble: short, count: shortCount(waiting) } as never);
    return { fill: 'red', shape: 'ring', text: waiting > 0 ? firstThatFits(both, short) : short };
  }
  return alarm === null ? null : { fill: 'yellow', shape: 'ring', text: red._(`status.${alarm.kind}`) };
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
    if (trouble === null && saidTrouble) node.warn(red._('storeWritesAgain'));
    saidTrouble = trouble !== null;
    if (alarm !== null && alarm.kind !== saidAlarm) node.warn(alarm.message);
    saidAlarm = alarm?.kind;
    show(storeStatus(red, store));
  };
  look();
  return store.onChange(look);
}
