/** The ways to obtain a token that are offered. Apart from oauth-settings.ts, so that a panel can load them. */

export const OAUTH_GRANTS = ['client-credentials', 'refresh-token', 'service-account'] as const;
export type OAuthGrantKind = (typeof OAUTH_GRANTS)[number];

/** Where client id and secret stand in a token request: form fields, or basic authentication (RFC 6749 section 2.3.1). */
export const CLIENT_PLACES = ['body', 'basic'] as const;
export type ClientPlace = (typeof CLIENT_PLACES)[number];
