/** From a node to its deliveries: the Deliveries sidebar shows those of one node when it is asked to. */
import { element, icon } from './dom';

/** Invoked with `{node: id}`; the sidebar adds it. */
const SHOW_DELIVERIES = 'telephony-webhooks:show-deliveries';

export function deliveriesButton(container: HTMLElement, node: EditorNode): void {
  const button = element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small' },
    icon('list-alt'),
    ` ${node._('showDeliveries.label')}`,
  );
  button.addEventListener('click', () => RED.actions.invoke(SHOW_DELIVERIES, { node: node.id }));
  container.append(button);
}
