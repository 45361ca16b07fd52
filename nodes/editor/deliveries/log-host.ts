/** What the view of the log needs of whoever shows it: the editor's sidebar, or the page. */
import type { Details, LogClient } from './log-client';
import type { Times } from './times';

export interface LogHost {
  readonly translate: Translate;
  readonly times: Times;
  readonly client: LogClient;
  /** Something to press that shows a node in its flow, or opens its panel. Null: it cannot be shown, or is no node. */
  nodeControl(id: string, label: string, className: string, goal?: 'show' | 'edit'): HTMLElement | null;
  /** Opens the view as a page of its own. Undefined: it is one. */
  readonly openPage?: (address: string) => void;
}

/** Whether there was somewhere to go. What came to no request is kept under the node that should have made it. */
export function hasEndpoint({ endpoint, node }: Pick<Details, 'endpoint' | 'node'>): boolean {
  return endpoint !== node;
}

/** Ids of nodes hold no colon; an endpoint that has none is an origin. */
export function isNodeId(lane: string): boolean {
  return !lane.includes(':');
}
