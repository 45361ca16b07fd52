/** The node `telephony-event-in`: events out of a source, filtered. */
import type { NodeDef } from 'node-red';
import { systemClock } from '../../src/clock';
import { compileFilter } from '../../src/event/event-filter';
import { OnceFilter } from '../../src/event/once-filter';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import { triggerProblem } from '../../src/event/triggers';
import { findSource, type SourceNode } from '../runtime/config-nodes';
import { forgetOnce, onceMemory } from '../runtime/events/once-memories';
import { lookAgain } from '../runtime/look-again';
import { onClose, type Red, type RedNode, reportProblem, StatusLine } from '../runtime/red';
import { lastAndCount } from '../runtime/status-text';
import { type EventInConfig, parseConfig } from './config';

export = (red: Red): void => {
  function EventIn(this: RedNode, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const trigger = config.events.map(triggerProblem).find((problem) => problem !== undefined);
    const problem = problems[0] ?? (trigger === undefined ? undefined : { field: 'events', ...trigger });
    if (problem) {
      reportProblem(red, this, problem);
      return;
    }
    const status = new StatusLine(this, systemClock);
    let stop: (() => void) | undefined;
    lookAgain(red, this, () => {
      const source = findSource(red, config.source)?.source;
      if (!source) return { field: 'source', message: red._('telephony-event-in.errors.noSource') };
      stop = listenTo(red, this, config, source, status);
      return undefined;
    });
    onClose(this, (removed) => {
      stop?.();
      if (removed) forgetOnce(this.id);
      status.close();
    });
  }
  red.nodes.registerType('telephony-event-in', EventIn as never);
};

/** Sends what the source tells. The answer stops it. */
function listenTo(
  red: Red,
  node: RedNode,
  config: EventInConfig,
  source: SourceNode['source'],
  status: StatusLine,
): () => void {
  const dropReason = compileFilter(config, source.config.countryCode);
  const { onceBy, onceWithinSeconds } = config;
  const once = onceBy
    ? new OnceFilter(onceBy, onceWithinSeconds * 1000, source.config.countryCode, onceMemory(node.id, onceBy))
    : undefined;
  let sent = 0;
  let dropped = 0;
  const show = (fill: 'green' | 'grey', text: () => string): void =>
    status.show(() => ({ fill, shape: 'dot', text: text() }));
  return source.subscribe({
    nodeId: node.id,
    event: (event, again) => {
      const reason = dropReason(event);
      if (reason) {
        dropped++;
        if (sent === 0) show('grey', () => red._('telephony-event-in.status.noneFit', { count: dropped } as never));
        return { kind: 'dropped', reason };
      }
      const untilMs = once?.heldUntil(event, systemClock.now(), again);
      if (once && untilMs !== undefined) {
        show('grey', () => red._('telephony-event-in.status.heldBack', { count: once.heldBack } as never));
        return { kind: 'held-back', by: onceBy, untilMs };
      }
      const copy = red.util.cloneMessage({
        event: again ? { ...event, again: true } : event,
      } as never) as unknown as {
        event: TelephonyEvent;
      };
      const _msgid = red.util.generateId();
      node.send({ _msgid, topic: event.type, payload: { ...copy.event.parameters }, event: copy.event } as never);
      sent++;
      show('green', () => lastAndCount(event.type, sent));
      return { kind: 'passed', messageId: _msgid };
    },
    state: ({ kind, text }) =>
      status.show(() => ({
        fill: kind === 'connected' ? 'green' : kind === 'connecting' ? 'yellow' : 'red',
        shape: kind === 'connected' ? 'dot' : 'ring',
        text,
      })),
  });
}
