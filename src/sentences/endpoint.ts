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
});
