/** Which addresses may not be reached, and why. `what` says what kind of address it is; `subject` says whose. */
import { speaker } from '../sentence';

export const address = speaker('address', {
  metadata: 'an address at which a cloud answers with its secrets (metadata service)',
  loopback: 'this machine itself (loopback)',
  unspecified: 'no address of a host (unspecified)',
  'link-local': 'a link-local address',
  private: 'a private address',
  public: 'a public address',
  multicast: 'a multicast address',
  documentation: 'an address for documentation',
  reserved: 'a reserved address',
  is: '__address__ is __what__',
  'leads-to': '__host__ leads to __address__, which is __what__',
  never: '__subject__. The address policy "__policy__" forbids it, as every other does.',
  'not-named':
    '__subject__. The address policy "list" of the endpoint names neither host nor address: add one to its list to allow it.',
  'brought-lan':
    '__subject__, and the address policy "lan" lets a host that a message brings be a public one only. To allow it, type the whole address into the template, the webhook out or the endpoint, or choose the policy "list" in the endpoint and name the host there.',
  'brought-public':
    '__subject__, and the address policy "public" lets a host that a message brings be a public one only. To allow it, choose the policy "list" in the endpoint and name the host there.',
  'only-public':
    '__subject__, and the address policy "public" of the endpoint forbids it. Choose "lan" or "list" there to allow it.',
  'not-listed': '__host__ is not in the list of the endpoint (address policy "list"). Add it there to allow it.',
  'not-listed-proxy':
    '__host__ is not in the list of the endpoint (address policy "list"). Add it there to allow it. Through a proxy only its name counts, since the proxy asks DNS.',
});
