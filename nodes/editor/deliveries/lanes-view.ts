/** Endpoints that send nothing or fail just now, each with a button that pauses or resumes it. */
import { element } from '../dom';
import { shortTime } from './deliveries-view';
import { type Lane, LogError, lanes, pauseOrResume } from './log-client';

export interface LanesView {
  readonly element: HTMLElement;
  reload(): void;
}

export function lanesView(translate: Translate): LanesView {
  const rows = element('ul', { class: 'telephony-log-lanes', 'aria-label': translate('sidebar.lanes.name') });
  let asked = 0;

  const reload = (): void => {
    asked += 1;
    const mine = asked;
    lanes().then(
      (all) => {
        if (mine === asked) rows.replaceChildren(...all.filter(needsLook).map(draw));
      },
      () => rows.replaceChildren(), // the list of deliveries says what is wrong
    );
  };

  const draw = (lane: Lane): HTMLElement => {
    const { condition, since, until, failingSince, open } = lane;
    const key = condition === 'open' ? 'failing' : condition;
    const time = (iso: string | null): string => (iso === null ? '' : shortTime(iso));
    const facts = [
      translate(`sidebar.lanes.${key}`, { since: time(since ?? failingSince), until: time(until) }),
      translate('sidebar.lanes.waiting', { count: open }),
    ];
    const action = condition === 'open' ? 'pause' : 'resume';
    const button = element(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small' },
      translate(`sidebar.lanes.${action}`),
    );
    button.addEventListener('click', () => {
      pauseOrResume(lane.lane, action).then(reload, (error: unknown) => {
        const message = error instanceof LogError ? error.message : String(error);
        RED.notify(element('span', {}, message), { type: 'error' });
      });
    });
    return element(
      'li',
      { class: 'telephony-log-lane' },
      element('span', { class: 'telephony-log-webhook' }, nameOf(lane.lane)),
      element('span', { class: 'telephony-log-facts' }, facts.join(' · ')),
      button,
    );
  };

  return { element: rows, reload };
}

function needsLook({ condition, failingSince }: Lane): boolean {
  return condition !== 'open' || failingSince !== null;
}

/** An endpoint goes by its name; an origin is its own. */
function nameOf(lane: string): string {
  const node = RED.nodes.node(lane);
  return node ? String(node['name'] || node['baseUrl'] || lane) : lane;
}
