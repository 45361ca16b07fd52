/** What an answer means that does not count as success. Those of a status are named after it. */
import { speaker } from '../sentence';

export const answer = speaker('answer', {
  'status-400':
    'The receiver did not understand the request. Check body and parameters against its documentation (status 400).',
  'status-401': 'The receiver wants other credentials. Check user name and password, or the token (status 401).',
  'status-402': 'The receiver wants a payment first. Check the account there (status 402).',
  'status-403': 'The receiver refuses these credentials. Check the token and what it may do (status 403).',
  'status-404': 'The receiver has nothing at this address. Check the path of the URL (status 404).',
  'status-405':
    'The receiver does not take this method at this address. Check the method and the path of the URL (status 405).',
  'status-406': 'The receiver cannot answer in the form asked for. Check the header Accept (status 406).',
  'status-408': 'The receiver waited too long for the request (status 408).',
  'status-409': 'The receiver says that the request conflicts with what it already has (status 409).',
  'status-410':
    'The receiver says that this address is gone for good. Nothing more is sent for this delivery (status 410).',
  'status-411': 'The receiver wants the length of the body. Check the method and the body (status 411).',
  'status-413': 'The receiver finds the body too large. Send fewer parameters (status 413).',
  'status-414': 'The receiver finds the URL too long. Send parameters in the body instead (status 414).',
  'status-415': 'The receiver does not take this Content-Type. Choose the format that it documents (status 415).',
  'status-422':
    'The receiver understood the request but not its values. Check parameter names and types against its documentation (status 422).',
  'status-423': 'The receiver says that what the request is for is locked (status 423).',
  'status-425': 'The receiver does not take the request yet (status 425).',
  'status-426': 'The receiver wants another protocol version (status 426).',
  'status-429': 'The receiver gets too many requests. Lower the rate of the endpoint if this stays (status 429).',
  'status-431': 'The receiver finds the headers too large. Send fewer or shorter ones (status 431).',
  'status-451': 'The receiver refuses for legal reasons (status 451).',
  'status-500': 'The receiver had an error of its own (status 500).',
  'status-501': 'The receiver does not know this method (status 501).',
  'status-502': 'The receiver cannot reach the server behind it (status 502).',
  'status-503': 'The receiver is overloaded or down for maintenance (status 503).',
  'status-504': 'The receiver got no answer from the server behind it (status 504).',
  'elsewhere-to':
    'The receiver sends on to another address (__origin__) (status __status__), which is not followed. Set the final URL.',
  elsewhere: 'The receiver sends on to another address (status __status__), which is not followed. Set the final URL.',
  'server-error': 'The receiver had an error of its own (status __status__).',
  refused: 'The receiver refused the request (status __status__).',
  'no-success':
    'The receiver answered with status __status__, which the success rule (__rule__) does not count as success.',
});
