/** Why a message holds no request that can be sent. */
import { speaker } from '../sentence';

export const inMessage = speaker('message', {
  method: 'msg.method: "__method__" is not an HTTP method.',
  text: '__property__ must be text, it is __type__.',
  'no-url': 'No URL: set it in webhook out, in the template, in msg.url or as the base URL of the endpoint.',
  'only-path': 'The URL "__url__" is only a path: choose an endpoint with a base URL.',
  url: '"__url__" is not a URL.',
  scheme: '__scheme__ is not supported: the URL must begin with http:// or https://.',
  headers: 'msg.headers must be an object.',
  'header-name': 'msg.headers: "__name__" is not a header name.',
  'header-value': 'msg.headers.__name__: a header cannot hold a line break or NUL.',
  'order-key':
    'msg.__property__ cannot be an order key: it is circular, or not JSON for another reason. Choose a property that is a text or a number.',
  value: '__source__: __reason__',
});
