/** Endpoints that send nothing or fail just now, each with a button that pauses or resumes it. */
import { element, icon } from '../dom';
import { textButton } from './dialog';
import { keepingFocus } from './focus';
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
    const { condition, open } = lane;
    const why = conditionWords(lane, host);
    const waiting = translate('sidebar.lanes.waiting', { count: times.number(open) });
    const action = condition === 'open' ? 'pause' : 'resume';
    const name = laneName(lane);
    const link = element(
      'button',
      { type: 'button', class: 'telephony-log-link', title: translate('sidebar.lanes.show', { name }) },
      name,
    );
    link.addEventListener('click', () => acts.showOf(lane.lane));
    link.dataset['focus'] = `show ${lane.lane}`;
    const label = translate(`sidebar.lanes.${action}`);
    const image = action === 'pause' ? 'pause' : 'play';
    const button = textButton(label, () => acts.pauseOrResume(lane.lane, name), image);
    button.title = label;
    button.setAttribute('aria-label', `${label}: ${name}`);
    button.dataset['focus'] = `stop ${lane.lane}`;
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
        element('span', { title: why }, element('span', { class: 'telephony-log-lane-why' }, `${why} · `), waiting),
      ),
      ...(open_ ? [open_] : []),
      button,
    );
  };

  let drawn = '';
  return {
    element: rows,
    draw(all) {
      const shown = all.filter(needsLook);
      const now = JSON.stringify(shown);
      if (now === drawn) return;
      drawn = now;
      keepingFocus(rows, () => rows.replaceChildren(...shown.map(draw)));
    },
  };
}

/** Why an endpoint sends nothing, or that it fails. */
export function conditionWords(
  { condition, since, until, failingSince }: Lane,
  { translate, times }: Pick<LogHost, 'translate' | 'times'>,
): string {
  const time = (iso: string | null): string => (iso === null ? '' : times.short(iso));
  return translate(`sidebar.lanes.${condition === 'open' ? 'failing' : condition}`, {
    since: time(since ?? failingSince),
    until: time(until),
  });
}

function needsLook({ condition, failingSince }: Lane): boolean {
  return condition !== 'open' || failingSince !== null;
}

/** An endpoint goes by its name; an origin is its own. */
function laneName({ lane, name }: Lane): string {
  return name || lane;
}
