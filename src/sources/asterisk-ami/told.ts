/** Which parameters Asterisk's manager interface can tell at all: a template that uses others waits for them in vain. Also runs in a browser. */

export const TOLD: readonly string[] = [
  ...['sequence', 'provider', 'providerEvent', 'sourceName', 'raw', 'pbxVersion', 'reason'],
  ...['callId', 'legId', 'parentCallId', 'channel', 'actionId', 'sessionState', 'direction', 'origin', 'adopted'],
  ...['callerNumber', 'callerName', 'callerWithheld', 'calledNumber', 'did', 'trunk', 'externalNumber'],
  ...['internalNumber', 'employeeName', 'startTime', 'answerTime', 'endTime'],
  ...['ivrName', 'ivrPath', 'digit', 'digits', 'pressedBy'],
  ...['queueName', 'queuePosition', 'queueCount', 'queueLeaveReason', 'ringGroup'],
  ...['target', 'targetType', 'targets', 'answeredBy', 'answeredByType', 'leg', 'pickup'],
  ...['transferType', 'transferFrom', 'transferTo', 'transferResult', 'forwardTo', 'heldBy', 'parkingSlot'],
  ...['conference', 'mailbox', 'callFlow', 'recordingFile', 'hasRecording'],
  ...['status', 'disposition', 'missedReason', 'hangupBy', 'hangupCause', 'hangupCauseText', 'sipCode'],
  ...['duration', 'billsec', 'talkSec', 'waitSec', 'ringSec', 'queueSec', 'ivrSec', 'holdSec'],
  ...['agent', 'agentStatus', 'agentReason', 'device', 'deviceStatus', 'custom', 'customName'],
];
