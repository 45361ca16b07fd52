/** What becomes of a delivery, and what keeps it from being sent at all. */
import { speaker } from '../sentence';

export const delivering = speaker('delivering', {
  expired: 'Older than its longest age (__seconds__ s); it was not sent.',
  discarded: 'Ended by hand.',
  damaged: 'What is stored of this delivery could not be made a request.',
  'given-up-age': '__reason__ Given up: its longest age is reached.',
  'given-up-attempts': '__reason__ Given up: that was attempt __attempts__ of as many.',
  spared:
    '__reason__ This attempt does not count: the endpoint was at rest, and this one was to show whether it is back.',
  early:
    '__reason__ This attempt does not count: others got through again, so it was made before its time, which stays as it was.',
  'no-request': 'There is no request to send: the template could not be rendered, or what was stored is damaged.',
  'no-endpoint': 'The endpoint of this webhook does not exist any more, or is disabled.',
  'of-endpoint': 'endpoint: __reason__',
  'secret-unknown': 'The secret %__name__% is declared neither in the template nor in the endpoint.',
  'secret-elsewhere':
    'The secret %__name__% is not sent to __origin__: this address was not typed in the template or the endpoint.',
  'secret-in-header': 'The secret %__name__% holds a character that a header cannot hold.',
  'secret-in-url': 'The secret %__name__% is "." or "..", which would change the path of the URL.',
  'secrets-stored': 'The stored secrets cannot be read: enter them again.',
  'signing-stored': 'The stored signing keys cannot be read: enter them again.',
  'signing-none': 'Requests are to be signed, and there is no key: add one.',
  'signing-key': 'A signing key is whsec_ and base64 of 24 to 75 bytes, or whsk_ and base64 of an ed25519 key.',
});
