/** Calls that come in, from the plain one to those that see every corner of a PBX. */
import { ALICE, anyColleague, anyCustomer, anyLine, BOB, CAROL, team } from './cast';
import { type Cue, ScriptedCall, type ScriptedEvent } from './scripted-call';

function inbound(cue: Cue): ScriptedCall {
  return ScriptedCall.inbound(cue, anyCustomer(cue.random), anyLine(cue.random)).say('call.received');
}

/** Through the main menu into the support queue. */
function toQueue(cue: Cue): ScriptedCall {
  return inbound(cue).wait(0.3, 0.8).menu('main-menu').wait(2, 5).press('2').wait(0.3, 0.8).queue('support');
}

/** A colleague has picked up. */
function answered(cue: Cue, colleague = anyColleague(cue.random)): ScriptedCall {
  const call = inbound(cue).wait(0.3, 0.8).ring(colleague.extension).wait(2, 6);
  return call.with(colleague).answer(colleague.extension, 'extension');
}

function talkAndEnd(call: ScriptedCall): readonly ScriptedEvent[] {
  return call.wait(6, 25).end({ status: 'answered', hangupBy: 'caller' }).events;
}

export function answeredByExtension(cue: Cue): readonly ScriptedEvent[] {
  return talkAndEnd(answered(cue));
}

export function answeredByRingGroup(cue: Cue): readonly ScriptedEvent[] {
  const call = inbound(cue).know({ ringGroup: '600', targets: team.map(({ extension }) => extension) });
  for (const { extension } of team) call.ring(extension, 'extension');
  const colleague = anyColleague(cue.random);
  call.wait(2, 6).know({ targets: [], target: colleague.extension });
  return talkAndEnd(call.with(colleague).answer(colleague.extension, 'ringgroup'));
}

export function missed(cue: Cue): readonly ScriptedEvent[] {
  const colleague = anyColleague(cue.random);
  const call = inbound(cue).wait(0.3, 0.8).with(colleague).ring(colleague.extension).wait(10, 20);
  return call.end({ status: 'missed', hangupBy: 'caller', missedReason: 'caller_hangup' }).events;
}

export function busy(cue: Cue): readonly ScriptedEvent[] {
  const colleague = anyColleague(cue.random);
  const call = inbound(cue).wait(0.3, 0.8).with(colleague);
  call.know({ forwardedFrom: anyLine(cue.random).number });
  call.know({ target: colleague.extension, targetType: 'extension' }).say('call.dialed').wait(0.2, 0.5);
  return call.end({ status: 'busy', hangupBy: 'pbx', cause: '17', missedReason: 'busy', more: { sipCode: 486 } })
    .events;
}

/** The first agent lets it ring, the second takes it; recorded, evaluated, and filed. */
export function queueAnswered(cue: Cue): readonly ScriptedEvent[] {
  const call = toQueue(cue).wait(1, 2).with(ALICE).ring(ALICE.extension).wait(4, 6).stopRinging();
  call.say('call.agent.missed').wait(0.5, 1).with(BOB).ring(BOB.extension).wait(2, 4).answer(BOB.extension, 'queue');
  const recording = {
    recordingId: `rec-${call.id}`,
    recordingFile: `/var/spool/asterisk/monitor/${call.id}.wav`,
    hasRecording: true,
  };
  call.know(recording).wait(0.1, 0.2).say('call.recording.started');
  const startedMs = call.nowMs;
  const pausedMs = call.wait(4, 8).say('call.recording.paused').nowMs;
  const pauseMs = call.wait(2, 4).say('call.recording.resumed').nowMs - pausedMs;
  const recordingDuration = (call.wait(4, 10).nowMs - startedMs - pauseMs) / 1000;
  call.know({ recordingDuration }).say('call.recording.stopped').wait(0.1, 0.2);
  call.end({ status: 'answered', hangupBy: 'agent' }).wait(2, 4);
  call.say('call.recording.ready', {
    recordingUrl: `https://records.example.test/${call.id}.mp3`,
    recordingUrlWav: `https://records.example.test/${call.id}.wav`,
    transcript: 'Hello, I would like to order tyres.',
  });
  call
    .wait(2, 4)
    .say('call.evaluated', { rating: '5', category: 'Sale', categoryNumber: '2', evaluatedEmployee: BOB.extension });
  return call.wait(2, 4).say('call.disposition', { dispositionCode: 'Interested', comment: 'Call back on Monday' })
    .events;
}

export function queueAbandoned(cue: Cue): readonly ScriptedEvent[] {
  const call = toQueue(cue).wait(10, 20).know({ queueLeaveReason: 'abandoned' });
  call.say('call.queue.left', { queuePosition: 1, queueCount: 0 });
  return call.end({ status: 'missed', hangupBy: 'caller', missedReason: 'abandoned_queue' }).events;
}

export function transferred(cue: Cue): readonly ScriptedEvent[] {
  const call = inbound(cue)
    .wait(0.3, 0.8)
    .ring(ALICE.extension)
    .wait(2, 6)
    .with(ALICE)
    .answer(ALICE.extension, 'extension');
  call.wait(4, 8).know({ transferType: 'blind', transferFrom: ALICE.extension, transferTo: CAROL.extension });
  call.know({ target: CAROL.extension }).say('call.transferred').wait(0.1, 0.3).ring(CAROL.extension).wait(2, 4);
  call.with(CAROL).answer(CAROL.extension, 'extension').wait(5, 15);
  return call.end({ status: 'answered', hangupBy: 'agent', more: { transferResult: 'answered' } }).events;
}

export function forwarded(cue: Cue): readonly ScriptedEvent[] {
  const mobile = anyCustomer(cue.random).number;
  const call = inbound(cue).wait(0.3, 0.8).with(ALICE).ring(ALICE.extension).wait(1, 2).stopRinging();
  call.know({ forwardTo: mobile }).say('call.forwarded').wait(0.1, 0.3).ring(mobile, 'external').wait(3, 6);
  return talkAndEnd(call.answer(mobile, 'external'));
}

export function voicemail(cue: Cue): readonly ScriptedEvent[] {
  const mailbox = `${ALICE.extension}@default`;
  const call = inbound(cue).wait(0.3, 0.8).with(ALICE).ring(ALICE.extension).wait(8, 12).stopRinging();
  call
    .know({ mailbox, targetType: 'voicemail' })
    .pickUp()
    .enter('voicemail', mailbox)
    .say('call.voicemail')
    .wait(5, 12);
  call.end({ status: 'voicemail', hangupBy: 'caller', missedReason: 'voicemail' });
  const recording = { recordingId: `vm-${call.id}`, recordingUrl: `https://records.example.test/vm-${call.id}.mp3` };
  return call.wait(0.5, 1).say('voicemail.received', { ...recording, hasRecording: true }).events;
}

export function heldAndParked(cue: Cue): readonly ScriptedEvent[] {
  const call = answered(cue, ALICE).wait(4, 8).hold(ALICE.extension).wait(3, 6).unhold(ALICE.extension).wait(3, 6);
  const parked = { parkingSlot: '701' };
  call.hold(ALICE.extension, 'call.parked', parked).wait(5, 10).unhold(ALICE.extension, 'call.unparked', parked);
  return talkAndEnd(call);
}

export function conference(cue: Cue): readonly ScriptedEvent[] {
  const call = answered(cue).wait(4, 8).know({ conference: '8000', target: '8000', targetType: 'conference' });
  call.say('call.conference.joined').wait(8, 15).say('call.conference.left').wait(0.1, 0.3);
  return call.end({ status: 'answered', hangupBy: 'caller' }).events;
}

/** The visitor of a website whose number was shown by call tracking. */
export function tracked(cue: Cue): readonly ScriptedEvent[] {
  const colleague = anyColleague(cue.random);
  const clientId = `${1_000_000_000 + Math.floor(cue.random() * 1e9)}.${Math.floor(cue.startMs / 1000) - 60}`;
  const call = ScriptedCall.inbound(cue, anyCustomer(cue.random), anyLine(cue.random)).know({
    utmSource: 'google',
    utmMedium: 'cpc',
    utmCampaign: 'spring',
    utmTerm: 'winter tyres',
    utmContent: 'banner-2',
    accountId: '100200',
    callerOperator: 'Example Mobile',
    clientId,
    visitorIp: `203.0.113.${1 + Math.floor(cue.random() * 250)}`,
    landingPage: 'https://shop.example.test/tyres',
    referrer: 'https://search.example.test/',
    poolName: 'Main site',
    insertionType: 'dynamic',
    targetCall: true,
    repeatedCall: false,
    callCounter: 1,
  });
  call.say('call.received').wait(0.2, 0.4).say('call.tracked').wait(0.2, 0.4).ring(colleague.extension).wait(2, 6);
  return talkAndEnd(call.with(colleague).answer(colleague.extension, 'extension'));
}

/** The administrator's own event, sent from the dial plan in the middle of a call. */
export function ownEvent(cue: Cue): readonly ScriptedEvent[] {
  const custom = { CrmId: `crm-${1000 + Math.floor(cue.random() * 9000)}` };
  return talkAndEnd(answered(cue).wait(2, 4).say('custom', { customName: 'OrderFound', custom }));
}
