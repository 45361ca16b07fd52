/** The scenarios that a simulator can play, by the names under which flows save them. */
import {
  answeredByExtension,
  answeredByRingGroup,
  busy,
  conference,
  forwarded,
  heldAndParked,
  missed,
  ownEvent,
  queueAbandoned,
  queueAnswered,
  tracked,
  transferred,
  voicemail,
} from './inbound-scenarios';
import {
  broadcast,
  clickToCall,
  clickToCallFailed,
  confirmation,
  internal,
  outboundAnswered,
  outboundBusy,
  robot,
} from './outbound-scenarios';
import type { Cue, ScriptedEvent } from './scripted-call';
import { messages, reconnected, staff } from './side-scenarios';

export interface Scenario {
  readonly id: string;
  /** For panels. */
  readonly title: string;
  /** All that happens, in the order of its times. */
  play(cue: Cue): readonly ScriptedEvent[];
}

export const scenarios: readonly [Scenario, ...Scenario[]] = [
  { id: 'answered', title: 'Answered by an extension', play: answeredByExtension },
  { id: 'missed', title: 'Missed', play: missed },
  { id: 'busy', title: 'Busy', play: busy },
  { id: 'ring-group', title: 'Answered by a ring group', play: answeredByRingGroup },
  { id: 'ivr-queue', title: 'Menu, key, queue, second agent; recorded and evaluated', play: queueAnswered },
  { id: 'queue-abandoned', title: 'Gave up in the queue', play: queueAbandoned },
  { id: 'transfer', title: 'Transferred to a colleague', play: transferred },
  { id: 'forward', title: 'Forwarded to a mobile phone', play: forwarded },
  { id: 'voicemail', title: 'Voicemail', play: voicemail },
  { id: 'hold-park', title: 'Held and parked', play: heldAndParked },
  { id: 'conference', title: 'Conference', play: conference },
  { id: 'call-tracking', title: 'Call tracking', play: tracked },
  { id: 'own-event', title: 'With an own event of the PBX', play: ownEvent },
  { id: 'outbound', title: 'Outbound, answered', play: outboundAnswered },
  { id: 'outbound-busy', title: 'Outbound, busy', play: outboundBusy },
  { id: 'click-to-call', title: 'Click to call', play: clickToCall },
  { id: 'click-to-call-failed', title: 'Click to call that fails', play: clickToCallFailed },
  { id: 'obd', title: 'Voice broadcast (OBD) with report', play: broadcast },
  { id: 'robot', title: 'Voice robot', play: robot },
  { id: 'confirmation', title: 'Confirmation call', play: confirmation },
  { id: 'internal', title: 'Internal call', play: internal },
  { id: 'messages', title: 'Text messages', play: messages },
  { id: 'staff', title: 'Agents and phones', play: staff },
  { id: 'reconnect', title: 'Connection lost and back', play: reconnected },
];

/** Those of the names, all for none; undefined where a name means no scenario. */
export function findScenarios(names: readonly string[]): readonly [Scenario, ...Scenario[]] | undefined {
  const [first, ...others] = names.map((name) => scenarios.find(({ id }) => id === name));
  if (names.length === 0) return scenarios;
  const found = others.filter((scenario) => scenario !== undefined);
  return first === undefined || found.length < others.length ? undefined : [first, ...found];
}
