/** Says at a node, loudly, that its store refuses to write or will soon, what to do, and when that is over. */
import type { Node, NodeStatus } from 'node-red';
import type { SharedStore } from './shared-store';

/** What fits below a node; the whole sentence is in the log. */
const IN_SHORT: Readonly<Record<string, string>> = {
  'store-full': 'disk full: make room',
  'store-unwritable': 'disk refuses: check it',
  'store-busy': 'store in use elsewhere: end that',
  'store-corrupt': 'store damaged: restore a backup',
};

/** Shown below a node for as long as it lasts. Null: there is nothing to show. */
export function storeStatus({ trouble, waiting, alarm }: SharedStore): NodeStatus | null {
  if (trouble !== null) {
    const text = IN_SHORT[trouble.code] ?? trouble.message.slice(0, 40);
    return { fill: 'red', shape: 'ring', text: waiting > 0 ? `${text}; ${waiting} wait` : text };
  }
  if (alarm === null) return null;
  const text = alarm.kind === 'disk-nearly-full' ? 'disk nearly full: make room' : 'store nearly full of what waits';
  return { fill: 'yellow', shape: 'ring', text };
}

/** Calls `show` with what is to be shown, and says it once in the log, until the answer is called. */
export function watchStore(node: Node, store: SharedStore, show: (status: NodeStatus | null) => void): () => void {
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
    show(storeStatus(store));
  };
  look();
  return store.onChange(look);
}
