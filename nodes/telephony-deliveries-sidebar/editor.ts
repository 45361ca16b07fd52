/** The sidebar "Deliveries": the log, live. */

import { deliveriesView } from '../editor/deliveries/deliveries-view';
import { detailsView } from '../editor/deliveries/details-view';
import { lanesView } from '../editor/deliveries/lanes-view';
import { element, show } from '../editor/dom';

const ID = 'telephony-deliveries';
const ACTION = 'telephony-webhooks:show-deliveries';
const TOPIC = 'telephony-webhooks/deliveries';

RED.plugins.registerPlugin('telephony-deliveries-sidebar', {
  type: 'telephony-webhooks',
  onadd() {
    const translate: Translate = (key, values) => this._(key, values);
    const content = element('div', { class: 'telephony-log' });
    const showList = (isList: boolean): void => {
      show(list.element, isList);
      show(stopped.element, isList);
      show(one.element, !isList);
    };
    const stopped = lanesView(translate);
    const list = deliveriesView(translate, (id) => {
      showList(false);
      one.open(id);
    });
    const one = detailsView(translate, (id) => {
      showList(true);
      list.reload();
      list.focus(id);
    });
    content.append(stopped.element, list.element, one.element);
    showList(true);

    /** Nothing is fetched for eyes that are elsewhere; what was missed is fetched when they come back. */
    let isStale = true;
    const isVisible = (): boolean => content.getClientRects().length > 0;
    const refresh = (): void => {
      isStale = !isVisible();
      if (isStale) return;
      if (list.element.classList.contains('telephony-hidden')) {
        one.reload();
        return;
      }
      list.reload();
      stopped.reload();
    };
    content.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !list.element.classList.contains('telephony-hidden')) return;
      // Node-RED's own shortcuts stumble over an element that is gone by the time they look at it.
      event.stopPropagation();
      one.close();
    });
    RED.actions.add(ACTION, () => RED.sidebar.show(ID));
    RED.sidebar.addTab({
      id: ID,
      label: translate('sidebar.tab'),
      name: translate('sidebar.name'),
      iconClass: 'fa fa-paper-plane-o',
      content,
      action: ACTION,
      enableOnEdit: true,
      onchange: refresh,
    });
    RED.comms.subscribe(TOPIC, refresh);
    new ResizeObserver(() => {
      if (isStale) refresh();
    }).observe(content);
  },
});
