/** How far a call has come after an event, as its parameter `sessionState` says. */

const STATES: Readonly<Record<string, string>> = {
  'call.received': 'new',
  'call.initiated': 'new',
  'call.dialed': 'dialing',
  'call.ringing': 'ringing',
  'call.ivr': 'ivr',
  'call.queued': 'queued',
  'call.agent.missed': 'queued',
  'call.answered': 'talking',
  'call.resumed': 'talking',
  'call.hold': 'held',
  'call.unhold': 'talking',
  'call.parked': 'held',
  'call.unparked': 'talking',
  'call.originate.failed': 'ended',
  'call.missed': 'ended',
  'call.ended': 'ended',
  'robot.call.started': 'new',
  'robot.call.ended': 'ended',
  'auth.call.requested': 'new',
  'auth.call.completed': 'ended',
};

/** Undefined: such an event leaves the call in the state in which it was. */
export function sessionStateAfter(type: string): string | undefined {
  return STATES[type];
}
