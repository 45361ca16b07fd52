/** What is wrong with the settings of an endpoint, or keeps it from being tried out. */
import { speaker } from '../sentence';

export const endpoint = speaker('endpoint', {
  'no-tls': 'The chosen TLS configuration does not exist or is disabled.',
  'no-proxy': 'The chosen proxy does not exist or is disabled.',
  'tls-unreadable': 'The chosen TLS configuration cannot be used: its certificate or key cannot be read.',
  'no-base-url': 'There is no base URL to send a test to: write one.',
  path: 'Write a path of the base URL, such as /hooks/calls.',
  elsewhere:
    'What is stored is sent only where the endpoint sends it as deployed (base URL, token URL, TLS, proxy). Type it again, or deploy first.',
  'address-form': 'Write an address such as https://crm.example.com.',
  'base-url': 'baseUrl must be an address that starts with http:// or https://',
  'header-taken': 'hmacHeader: __header__ carries the authentication already',
  'allow-none': 'allow must name at least one host, address or range',
  'allow-entry':
    'allow: "__entry__" is no host name, address or range. Write for example crm.example.com, *.example.com, 192.168.1.20 or 10.0.0.0/8',
  'username-colon': 'A user name for basic authentication cannot hold a colon.',
  'basic-empty': 'Basic authentication needs a user name and a password.',
  'bearer-empty': 'Bearer authentication needs a token.',
  'header-name': '"__name__" cannot be the name of a header.',
  'header-empty': 'The header __name__ needs a value.',
  'hmac-header': 'hmacHeader: "__header__" cannot carry a signature.',
  'hmac-time-header': 'hmacTimestampHeader: "__header__" cannot carry the time.',
  'hmac-prefix': 'hmacPrefix is text, in which only {{timestamp}} can stand.',
  'hmac-content': 'hmacContent is text, in which __parts__ can stand.',
  'hmac-no-body': 'hmacContent needs {{body}}: what is not signed could be changed on the way.',
  'hmac-time-unsent': 'hmacContent holds {{timestamp}}, so the time has to be in the prefix or in a header, too.',
  'hmac-time-unsigned': 'hmacContent needs {{timestamp}}: a time that is not signed proves nothing.',
});
