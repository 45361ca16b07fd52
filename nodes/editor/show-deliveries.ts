/** From a node to its deliveries: the Deliveries sidebar shows those that it is asked for. */
import type { LogFilter } from './deliveries/log-filter';
import { element, icon } from './dom';

/** Invoked with `{filter}`, a part of one; the sidebar adds it. */
const SHOW_DELIVERIES = 'telephony-webhooks:show-deliveries';

/** `wanted` is asked at every click: what is wired and typed may have changed. */
export function deliveriesButton(container: HTMLElement, translate: Translate, wanted: () => Partial<LogFilter>): void {
  const button = element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small' },
    icon('list-alt'),
    ` ${translate('showDeliveries.label')}`,
  );
  button.addEventListener('click', () => RED.actions.invoke(SHOW_DELIVERIES, { filter: wanted() }));
  container.append(button);
}

/** The id of the one `webhook out` among these. Empty: there is none, or several, of which a filter cannot name all. */
export function onlyWebhook(nodes: readonly EditorNode[]): string {
  const [only, ...others] = new Set(nodes.filter(({ type }) => type === 'telephony-webhook-out'));
  return only && others.length === 0 ? only.id : '';
}
