/** The node `telephony-event-in`: events out of a source, filtered. */
import type { NodeDef } from 'node-red';
import { systemClock } from '../../src/clock';
import { OnceFilter } from '../../src/event/once-filter';
import { compileNumberFilter } from '../../src/event/phone-number';
import type { TelephonyEvent } from '../../src/event/telephony-event';
import { compileTriggers, triggerProblem } from '../../src/event/triggers';
import { findSource } from '../runtime/config-nodes';
import { onClose, type Red, type RedNode, reportProblem, StatusLine } from '../runtime/red';
import { type EventInConfig, parseConfig } from './config';

export = (red: Red): void => {
  function EventIn(this: RedNode, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    const trigger = config.events.map(triggerProblem).find((problem) => problem !== undefined);
    const problem = problems[0] ?? (trigger === undefined ? undefined : { field: 'events', message: trigger });
    if (problem) {
      reportProblem(red, this, problem);
      return;
    }
    const source = findSource(red, config.source)?.source;
    if (!source) {
      reportProblem(red, this, { field: 'source', message: red._('telephony-event-in.errors.noSource') });
      return;
    }

    const status = new StatusLine(this, systemClock);
    const wanted = compileFilter(config, source.config.countryCode);
    const once = config.onceBy ? new OnceFilter(config.onceBy, config.onceWithinSeconds * 1000) : undefined;
    const stop = source.subscribe({
      event: (event, again) => {
        if (!wanted(event)) return;
        if (once && !again && !once.passes(event, systemClock.now())) {
          status.show(() => ({
            fill: 'grey',
            shape: 'dot',
            text: red._('telephony-event-in.status.heldBack', { count: once.heldBack } as never),
          }));
          return;
        }
        const copy = red.util.cloneMessage({
          event: again ? { ...event, again: true } : event,
        } as never) as unknown as {
          event: TelephonyEvent;
        };
        this.send({ topic: event.type, payload: { ...copy.event.parameters }, event: copy.event } as never);
        status.show(() => ({ fill: 'green', shape: 'dot', text: event.type }));
      },
      state: ({ kind, text }) =>
        status.show(() => ({
          fill: kind === 'connected' ? 'green' : kind === 'connecting' ? 'yellow' : 'red',
          shape: kind === 'connected' ? 'dot' : 'ring',
          text,
        })),
    });
    onClose(this, (_removed) => {
      stop();
      status.close();
    });
  }
  red.nodes.registerType('telephony-event-in', EventIn as never);
};

/** All conditions of the node at once, compiled at deploy. */
function compileFilter(config: EventInConfig, countryCode: string): (event: TelephonyEvent) => boolean {
  const triggered = compileTriggers(config.events);
  const callTypes = new Set<string>(config.callTypes);
  const numbers = config.numbers.length > 0 ? compileNumberFilter(config.numbers, countryCode || undefined) : undefined;
  return (event) =>
    triggered(event) &&
    (callTypes.size === 0 || callTypes.has(event.callType)) &&
    (config.webhookId === '' || event.parameters['webhookId'] === config.webhookId) &&
    (!numbers || numbers(ownNumbers(event)));
}

/** The numbers of ours in an event: the DID, else what was called on the way in, or shown on the way out. */
function ownNumbers({ parameters, callType }: TelephonyEvent): (string | undefined)[] {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const did = text('did');
  if (did) return [did];
  return callType === 'outbound' || callType === 'click-to-call'
    ? [text('callerNumber')]
    : [text('calledNumber'), text('messageTo')];
}
