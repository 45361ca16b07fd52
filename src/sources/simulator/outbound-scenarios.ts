/** Calls that go out or stay inside: by a colleague, a button, a campaign, a robot, or to tell somebody a code. */
import { ALICE, anyColleague, anyCustomer, anyLine, BOB, type Customer } from './cast';
import { type Cue, ScriptedCall, type ScriptedEvent } from './scripted-call';

function started(cue: Cue, origin: string): { readonly call: ScriptedCall; readonly customer: Customer } {
  const customer = anyCustomer(cue.random);
  return { call: ScriptedCall.outbound(cue, customer, anyLine(cue.random), origin), customer };
}

export function outboundAnswered(cue: Cue): readonly ScriptedEvent[] {
  const { call, customer } = started(cue, 'phone');
  call.with(anyColleague(cue.random)).say('call.initiated').wait(0.5, 1).ring(customer.number, 'external').wait(3, 8);
  call.answer(customer.number, 'external').wait(6, 25).know({ price: 0.0105, currency: 'EUR', rate: 0.0045 });
  return call.end({ status: 'answered', hangupBy: 'callee' }).events;
}

export function outboundBusy(cue: Cue): readonly ScriptedEvent[] {
  const { call, customer } = started(cue, 'phone');
  call.with(anyColleague(cue.random)).say('call.initiated').wait(0.5, 1);
  call.know({ target: customer.number, targetType: 'external' }).say('call.dialed').wait(1, 2);
  return call.end({ status: 'busy', hangupBy: 'callee', cause: '17', missedReason: 'busy', more: { sipCode: 486 } })
    .events;
}

/** First the agent's phone rings, then the customer's. */
export function clickToCall(cue: Cue): readonly ScriptedEvent[] {
  const { call, customer } = started(cue, 'click2call');
  call
    .know({ actionId: `c2c-${cue.serial}` })
    .with(ALICE)
    .say('call.initiated')
    .wait(0.3, 0.6);
  call.ring(ALICE.extension).wait(1, 3).answer(ALICE.extension, 'extension', { leg: 'agent' });
  call
    .wait(0.2, 0.4)
    .ring(customer.number, 'external')
    .wait(3, 7)
    .answer(customer.number, 'customer', { leg: 'customer' });
  return call.wait(6, 25).end({ status: 'answered', hangupBy: 'customer' }).events;
}

export function clickToCallFailed(cue: Cue): readonly ScriptedEvent[] {
  const { call } = started(cue, 'click2call');
  call
    .know({ actionId: `c2c-${cue.serial}` })
    .with(BOB)
    .say('call.initiated')
    .wait(0.3, 0.6)
    .ring(BOB.extension);
  call.wait(8, 12);
  call.finish({ status: 'failed', hangupBy: 'pbx', cause: '19', missedReason: 'noanswer' });
  return call.say('call.originate.failed').say('call.ended').events;
}

/** A voice broadcast (OBD): a recorded message that the person called answers with a key. */
export function broadcast(cue: Cue): readonly ScriptedEvent[] {
  const { call, customer } = started(cue, 'campaign');
  call.know({
    campaignId: 'camp-77',
    campaignName: 'Spring offer',
    flowId: '123',
    messageBatchId: 'batch-1234',
    webhookId: '77',
    contactId: `c-${1000 + cue.serial}`,
    callAttempt: 1,
  });
  call.say('call.initiated').wait(0.3, 0.6).ring(customer.number, 'external').wait(3, 8);
  call.know({ machineDetected: 'human' }).answer(customer.number, 'customer');
  call.wait(5, 9).know({ digits: '1' }).say('call.dtmf', { digit: '1', pressedBy: 'callee' }).wait(2, 5);
  call.end({ status: 'answered', hangupBy: 'customer' });
  return call.say('campaign.call.result').events;
}

export function robot(cue: Cue): readonly ScriptedEvent[] {
  const { call, customer } = started(cue, 'robot');
  call.know({
    campaignId: 'camp-78',
    campaignName: 'Appointments',
    contactId: `c-${1000 + cue.serial}`,
    callAttempt: 1,
  });
  call.say('robot.call.started').wait(3, 8).connect(customer.number, 'customer').wait(8, 20);
  call.know({ machineDetected: 'human', robotResult: 'agreed', speechText: 'yes please' });
  return call.finish({ status: 'answered', hangupBy: 'customer' }).say('robot.call.ended').events;
}

/** A flash call: the phone rings once and nobody is meant to pick up; the code is the end of the calling number. */
export function confirmation(cue: Cue): readonly ScriptedEvent[] {
  const { call } = started(cue, 'api');
  call
    .know({ authType: 'flash', authRequestId: `auth-${cue.serial}`, authCodeLength: 4 })
    .say('auth.call.requested')
    .wait(4, 7);
  call
    .know({ authResult: 'delivered', price: 0.002, currency: 'EUR' })
    .finish({ status: 'cancelled', hangupBy: 'pbx' });
  return call.say('auth.call.completed').events;
}

export function internal(cue: Cue): readonly ScriptedEvent[] {
  // She asks about a call that she has on hold.
  const call = ScriptedCall.internal(cue, ALICE, BOB)
    .know({ parentCallId: `held-${cue.serial}` })
    .say('call.initiated')
    .wait(0.3, 0.6)
    .ring(BOB.extension)
    .wait(1, 4);
  return call.answer(BOB.extension, 'extension').wait(5, 20).end({ status: 'answered', hangupBy: 'callee' }).events;
}
