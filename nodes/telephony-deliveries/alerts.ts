/** Sends a message when something begins to be wrong with an endpoint or the store, and when it is over. */
import { type Alert, alertOf } from '../../src/alerts/alert';
import type { AlertBoard, Standing } from '../../src/alerts/alert-board';
import { systemClock } from '../../src/clock';
import { forgetGoneEndpoints } from '../runtime/endpoints/gone-endpoints';
import { flowsStarted } from '../runtime/flow-moments';
import { nodeNames } from '../runtime/node-names';
import { observationOf } from '../runtime/observation';
import { onClose, type Red, type RedNode, type StatusLine } from '../runtime/red';
import { cut, LONGEST_STATUS, saying } from '../runtime/status-text';
import { nameOfStore, type OpenStore } from '../runtime/stores/stores';

/** What is wrong now. */
export function standingAlerts(red: Red, open: OpenStore): { alerts: Alert[] } {
  return { alerts: observationOf(open.key).board.standing.map((standing) => alertIn(red, open, standing, true)) };
}

/** Sends alerts of this store from the moment when the flows run. */
export function sendAlerts(
  red: Red,
  node: RedNode,
  status: StatusLine,
  opening: Promise<OpenStore>,
  afterSeconds: number,
): void {
  const say = saying(red, 'telephony-deliveries.status');
  let stop: ReturnType<AlertBoard['subscribe']> | undefined;
  let isClosed = false;
  const started = flowsStarted(red, node);
  const tell = (open: OpenStore, standing: Standing, active: boolean): void => {
    const payload = alertIn(red, open, standing, active);
    const named = (name: string): string => say(payload.kind, { name });
    status.show(() => ({
      fill: active ? 'yellow' : 'green',
      shape: active ? 'ring' : 'dot',
      text: named(cut(payload.name, LONGEST_STATUS - named('').length)),
    }));
    node.send({ topic: payload.kind, payload });
  };
  onClose(node, (removed) => {
    isClosed = true;
    stop?.(removed);
  });
  opening.then(
    async (open) => {
      await started;
      await forgetGoneEndpoints(red);
      if (isClosed) return;
      stop = observationOf(open.key).board.subscribe({
        id: node.id,
        afterMs: afterSeconds * 1000,
        began: (standing) => tell(open, standing, true),
        ended: (standing) => tell(open, standing, false),
      });
    },
    () => undefined, // the node says why its store cannot be opened
  );
}

function alertIn(red: Red, open: OpenStore, standing: Standing, active: boolean): Alert {
  const { lane, removed } = standing;
  const name =
    lane === null
      ? red._('telephony-deliveries.storeName', { store: nameOfStore(open) })
      : (removed ?? (nodeNames(red)(lane) || lane));
  return alertOf(standing, active, name, systemClock.now());
}
