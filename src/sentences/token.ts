/** Why no access token could be obtained, and what its settings lack. `answer` is a code that the token endpoint gave. */
import { speaker } from '../sentence';

export const token = speaker('token', {
  none: 'No access token could be obtained. __reason__',
  'not-read': 'The stored refresh token cannot be read: __reason__.',
  'not-stored': 'The new refresh token could not be stored: __reason__. Check the disk.',
  late: 'The token endpoint did not answer within __within__.',
  ended: 'The request was ended from this side while it waited for an access token.',
  'invalid-client':
    'The token endpoint __at__ does not accept the client ID or secret: __answer__. Check both, and whether it wants them in the form or in a header (status __status__).',
  'refused-client-credentials':
    'The token endpoint __at__ does not accept the client credentials: __answer__ (status __status__).',
  'refused-refresh-token':
    'The token endpoint __at__ does not accept the refresh token any more. Let the account be connected again and enter the new token: __answer__ (status __status__).',
  'refused-service-account':
    "The token endpoint __at__ does not accept the service account's assertion. Check issuer, subject, key, and this machine's clock: __answer__ (status __status__).",
  'unauthorized-client':
    'The token endpoint __at__ does not let this client obtain tokens in this way: __answer__. Check what the client may do there (status __status__).',
  'unsupported-grant':
    'The token endpoint __at__ does not give tokens in this way: __answer__. Check how to authenticate (status __status__).',
  'invalid-scope':
    'The token endpoint __at__ does not give the scope that is asked for: __answer__. Check the scope (status __status__).',
  'invalid-audience':
    'The token endpoint __at__ does not know the audience: __answer__. Check the audience (status __status__).',
  'invalid-request':
    'The token endpoint __at__ did not understand the request: __answer__. Check what it needs: scope, audience, where client ID and secret stand (status __status__).',
  denied: 'The token endpoint __at__ refuses: __answer__. Check what the client may do there (status __status__).',
  'not-now': 'The token endpoint __at__ cannot give one now: __answer__ (status __status__).',
  'no-token':
    'The token endpoint __at__ answered with something that is no token. Check the token URL (status __status__).',
  elsewhere:
    'The token endpoint __at__ sends on to another address, which is not followed. Set the final token URL (status __status__).',
  credentials: 'The token endpoint __at__ refuses these credentials. Check them (status __status__).',
  'wrong-address':
    'The token endpoint __at__ gives no tokens at this address. Check the token URL (status __status__).',
  'too-many': 'The token endpoint __at__ gets too many requests (status __status__).',
  'server-error': 'The token endpoint __at__ had an error of its own (status __status__).',
  refused:
    'The token endpoint __at__ refused the request. Check the credentials, scope and audience (status __status__).',
  'once-deployed':
    'A new refresh token is used once it is deployed, since its first use may replace it. Deploy, then test.',
  'needs-token-url': 'OAuth 2 needs the address of the token endpoint, which starts with http:// or https://.',
  'needs-client-id': 'OAuth 2 needs a client ID.',
  'needs-client-secret': 'OAuth 2 with client credentials needs a client secret.',
  'needs-refresh-token': 'OAuth 2 with a refresh token needs that token.',
  'needs-private-key': 'A service account needs its private key: paste the key file.',
  'needs-issuer': 'A service account needs an issuer: its e-mail address, or the ID of the client.',
  'key-file': 'The key file is no JSON with a "private_key". Paste the whole file of the service account.',
  'key-form': 'This is no private key: it must begin with -----BEGIN PRIVATE KEY-----, or be the key file in JSON.',
  'key-passphrase': 'The private key is protected by a passphrase. Paste it without one: Node-RED encrypts it.',
  'key-damaged': 'The private key cannot be read. Paste it whole, from BEGIN to END.',
  'key-kind': 'The private key is no RSA key, which RS256 needs.',
  'key-short': 'The private key is too short: RS256 needs __least__ bits, it has __bits__.',
});
