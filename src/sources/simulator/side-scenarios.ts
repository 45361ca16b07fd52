/** What happens beside calls: messages, colleagues and their phones, and the connection to the phone system itself. */
import type { JsonObject } from '../../json';
import { ALICE, anyColleague, anyCustomer, anyLine } from './cast';
import { type Cue, ScriptedCall, type ScriptedEvent } from './scripted-call';

interface Happening {
  readonly afterMs: number;
  readonly type: string;
  readonly parameters: JsonObject;
}

function happening(afterMs: number, type: string, parameters: JsonObject): Happening {
  return { afterMs, type, parameters };
}

function played({ startMs }: Cue, happenings: readonly Happening[]): readonly ScriptedEvent[] {
  return happenings.map(({ afterMs, type, parameters }) => ({ atMs: startMs + afterMs, type, callId: '', parameters }));
}

export function messages(cue: Cue): readonly ScriptedEvent[] {
  const customer = anyCustomer(cue.random).number;
  const ours = anyLine(cue.random).number;
  const question = { messageDirection: 'inbound', messageFrom: customer, messageTo: ours, messageParts: 1 };
  const answer = {
    messageId: `msg-${cue.serial}b`,
    messageDirection: 'outbound',
    messageFrom: ours,
    messageTo: customer,
    messageText: 'Yes, it is. We are open until six.',
    messageParts: 1,
  };
  const unsent = { ...answer, messageId: `msg-${cue.serial}c`, messageText: 'Shall we keep it for you?' };
  return played(cue, [
    happening(0, 'message.received', {
      messageId: `msg-${cue.serial}a`,
      messageText: 'Is my order ready?',
      ...question,
    }),
    happening(4000, 'message.sent', { ...answer, messageStatus: 'sent' }),
    happening(6500, 'message.status', { ...answer, messageStatus: 'delivered' }),
    happening(9000, 'message.status', { ...unsent, messageStatus: 'failed', messageErrorCode: '30003' }),
  ]);
}

export function staff(cue: Cue): readonly ScriptedEvent[] {
  const { name, extension } = anyColleague(cue.random);
  return played(cue, [
    happening(0, 'device.status', { device: extension, deviceStatus: 'registered' }),
    happening(2000, 'agent.status', { agent: name, agentStatus: 'added' }),
    happening(10_000, 'agent.status', { agent: name, agentStatus: 'paused', agentReason: 'Lunch' }),
    happening(18_000, 'agent.status', { agent: name, agentStatus: 'unpaused' }),
  ]);
}

/** The connection is lost for some seconds; when it is back, a call is going on of which the beginning was not seen. */
export function reconnected(cue: Cue): readonly ScriptedEvent[] {
  const backMs = 5000;
  const lost = played(cue, [
    happening(0, 'source.disconnected', { reason: 'connection reset' }),
    happening(backMs, 'source.connected', { pbxVersion: 'Simulated PBX 1.0' }),
    happening(backMs + 200, 'source.suspicious', { reason: 'wrong signature' }),
  ]);
  const before = { ...cue, startMs: cue.startMs - 20_000 };
  const call = ScriptedCall.inbound(before, anyCustomer(cue.random), anyLine(cue.random)).with(ALICE).wait(4, 9);
  call.know({ target: ALICE.extension, targetType: 'extension' }).connect(ALICE.extension, 'extension');
  call
    .waitUntil(cue.startMs + backMs + 500)
    .know({ adopted: true })
    .say('call.resumed')
    .wait(6, 15);
  return [...lost, ...call.end({ status: 'answered', hangupBy: 'caller' }).events];
}
