/** Endpoints that send nothing or fail just now, each with a button that pauses or resumes it. */
import { element, icon } from '../dom';
import { textButton } from './dialog';
import type { Lane } from './log-client';
import { isNodeId, type LogHost } from './log-host';

export interface LaneActs {
  /** `name`: what people call it. */
  pauseOrResume(lane: string, name: string): void;
  /** Shows the deliveries of an endpoint. */
  showOf(lane: string): void;
}

export function lanesView(host: LogHost, acts: LaneActs): { element: HTMLElement; draw(all: readonly Lane[]): void } {
  const { translate, times } = host;
  const rows = element('ul', { class: 'telephony-log-lanes', 'aria-label': translate('sidebar.lanes.name') });

  const draw = (lane: Lane): HTMLElement => {
    const { condition, since, until, failingSince, open } = lane;
    const time = (iso: string | null): string => (iso === null ? '' : times.short(iso));
    const facts = [
      translate(`sidebar.lanes.${condition === 'open' ? 'failing' : condition}`, {
        since: time(since ?? failingSince),
        until: time(until),
      }),
      translate('sidebar.lanes.waiting', { count: times.number(open) }),
    ];
    const action = condition === 'open' ? 'pause' : 'resume';
    const name = laneName(lane);
    const link = element(
      'button',
      { type: 'button', class: 'telephony-log-link', title: translate('sidebar.lanes.show', { name }) },
      name,
    );
    link.addEventListener('click', () => acts.showOf(lane.lane));
    const button = textButton(translate(`sidebar.lanes.${action}`), () => acts.pauseOrResume(lane.lane, name));
    button.setAttribute('aria-label', `${translate(`sidebar.lanes.${action}`)}: ${name}`);
    const open_ = isNodeId(lane.lane)
      ? host.nodeControl(lane.lane, translate('sidebar.look.endpoint'), 'telephony-log-button')
      : null;
    return element(
      'li',
      { class: 'telephony-log-lane' },
      icon(condition === 'paused' ? 'pause-circle' : 'exclamation-triangle'),
      element(
        'span',
        { class: 'telephony-log-lane-text' },
        link,
        element('span', { title: facts.join(' · ') }, facts.join(' · ')),
      ),
      ...(open_ ? [open_] : []),
      button,
    );
  };

  return { element: rows, draw: (all) => rows.replaceChildren(...all.filter(needsLook).map(draw)) };
}

function needsLook({ condition, failingSince }: Lane): boolean {
  return condition !== 'open' || failingSince !== null;
}

/** An endpoint goes by its name; an origin is its own. */
function laneName({ lane, name }: Lane): string {
  return name || lane;
}
