/** Which headers are secrets. Also for panels: nothing here needs Node. */
import { Remembered } from './remembered';

/** Names are compared without `-` and `_`, which differ from vendor to vendor. */
const SECRET_HEADER =
  /^(proxy)?authorization$|cookie|apikey|(auth|access)(token|key)|subscriptionkey|functionskey|secret|passw(or)?d|credential|token|csrf|session|^x?auth$|signature/i;

/** Header names are few and come again with every request and answer. */
const secretHeaders = new Remembered<boolean>(500, (name) => SECRET_HEADER.test(name.replaceAll(/[-_]/g, '')));

/** Whether a header's value is a secret by its name. */
export function isSecretHeader(name: string): boolean {
  return secretHeaders.get(name);
}
