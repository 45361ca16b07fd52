/** The ways to tell who pushes. Also loaded by a panel, in a browser. */

export const VERIFICATIONS = ['none', 'token', 'basic', 'hmac', 'standard', 'twilio', 'telnyx'] as const;
export const TOKEN_PLACES = ['header', 'query'] as const;
/** Of how far the time of a signature may be off, in seconds. */
export const TOLERANCE_BOUNDS = { min: 1, max: 86_400 } as const;
