/** The parameters that hold the phone number, or the extension, of someone who takes part. */
export const numberParameters: readonly string[] = [
  'callerNumber',
  'callerNumberE164',
  'calledNumber',
  'calledNumberE164',
  'did',
  'externalNumber',
  'internalNumber',
  'forwardedFrom',
  'messageFrom',
  'messageTo',
];
