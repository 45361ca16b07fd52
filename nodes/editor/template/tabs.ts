/** The tabs of the template's panel: `#telephony-tab-<id>` for each. */
import { slot } from '../dom';

/** Makes the tabs. What comes back shows one of them, or the one that is shown once more. */
export function showTabs(
  ids: readonly string[],
  translate: Translate,
  onShow: (tab: string) => void,
): (tab?: string) => void {
  let shown = ids[0] ?? '';
  const tabs = RED.tabs.create({
    element: $('#telephony-tabs'),
    onchange: ({ id }) => {
      shown = id;
      for (const tab of ids) slot(`#telephony-tab-${tab}`).classList.toggle('telephony-tab-shown', tab === id);
      slot('.telephony-template').classList.toggle('telephony-previewing', id === 'preview');
      onShow(id);
    },
  });
  for (const id of ids) tabs.addTab({ id, label: translate(`tabs.${id}`) });
  // Node-RED's tabs hear the mouse only; a click without one is the Enter key.
  slot('#telephony-tabs').addEventListener('click', ({ detail, target }) => {
    const link = target instanceof Element ? target.closest('a') : null;
    const id = link?.getAttribute('href')?.slice(1);
    if (detail === 0 && id) tabs.activateTab(id);
  });
  return (tab) => (tab === undefined ? onShow(shown) : tabs.activateTab(tab));
}
