/** Why what was asked of the log, or of a node, is refused. */
import { speaker } from '../sentence';

export const asking = speaker('asking', {
  'no-delivery': 'There is no delivery __id__.',
  'under-way': 'An attempt is under way: wait for its result.',
  changed: 'The delivery has just changed: look again.',
  'no-node': 'Nobody would send it: its webhook out does not exist any more, is disabled, or cannot work as it is set.',
  'body-not-kept':
    'Its body is not there: this delivery store keeps none of deliveries that have ended. Render it again with its template.',
  'no-request': 'There is no request to send, and no template that could make one.',
  'no-template': 'Its template does not exist any more: it can only be sent as stored.',
  forget:
    'number: give the whole phone number that is to be forgotten, such as +44 20 7946 0123, with __least__ digits or more. Shorter ones stand in too much that is not theirs.',
  format: 'format: must be csv or ndjson.',
  'private-key': 'privateKey: this is no private key (whsk_…).',
  'no-vocabulary': 'There is no such vocabulary.',
  'no-endpoint':
    'There is no endpoint "__id__". Give the id of a webhook endpoint node or, for webhooks without one, scheme, host and port of their address, such as https://crm.example.',
  'filter-text': '__field__: must be one text.',
  'filter-state': 'state: "__state__" is none of __states__.',
  'filter-state-asked': 'state: what was asked for is none of __states__.',
  'filter-time': '__field__: "__time__" is not a time such as 2026-11-21T08:00:00Z.',
  'filter-time-asked': '__field__: what was asked for is not a time such as 2026-11-21T08:00:00Z.',
  'filter-limit': 'limit: must be a whole number, 1 or more.',
  'filter-id': 'id: must be the id of one delivery or endpoint, as text; leave it out where none is meant.',
  'filter-object': 'msg.payload must be an object: a filter such as {"state": "failed"}, or {"id": "…"}.',
  'filter-none':
    'Say which deliveries are meant: an id, at least one filter (state, webhook, type, q, from, to), or all: true.',
  'story-q': 'q: give a phone number or a call id.',
  'no-json': 'The body is not JSON: an object or a list is expected.',
  'too-large': 'The body is larger than Node-RED takes: apiMaxLength in its settings says how large it may be.',
  address: 'The address cannot be read: what stands behind a % must be percent-encoded UTF-8.',
  unreadable: 'The body cannot be read: __reason__.',
  internal: 'An error of this pack prevents it; the log of Node-RED says more.',
  'pause-id': 'msg.payload.id must be the id of an endpoint node, or an origin such as https://crm.example.',
  action: 'msg.action must be one of __actions__; it is "__action__".',
});
