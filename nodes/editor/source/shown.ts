/** What the panel of a source shows beside what is typed: the address to give to the provider, and how that proves who it is. */
import { providerAddress, reachOf } from '../../../src/sources/http-push/provider-address';
import { element, iconButton } from '../dom';

/** What stands in the field of a property just now. */
export type Typed = (name: string) => string;

/** The address as it is just now. Undefined: what is typed makes none. */
export function typedAddress(typed: Typed): URL | undefined {
  const address = providerAddress({
    origin: location.origin,
    root: RED.settings.httpNodeRoot || '/',
    path: typed('path'),
    publicUrl: typed('publicUrl').trim(),
  });
  if (address && typed('verify') === 'token' && typed('tokenIn') === 'query') {
    address.search = `?${encodeURIComponent(typed('tokenName'))}=`;
  }
  return address;
}

/** Shows the address in `container`, to be copied. Answers what brings it up to date. */
export function addressShown(container: HTMLElement, typed: Typed, translate: Translate): () => void {
  const value = element('input', {
    type: 'text',
    class: 'telephony-shown',
    readonly: '',
    'aria-label': translate('address.label'),
  });
  value.addEventListener('focus', () => value.select());
  const copy = iconButton('clipboard', translate('address.copy'), () => {
    RED.clipboard.copyText(value.value, $(copy), 'clipboard.copied');
  });
  const hints = element('div', { role: 'status' });
  container.append(element('div', { class: 'telephony-text-row' }, value, copy), hints);
  return () => {
    const address = typedAddress(typed);
    value.value = address?.href ?? '';
    copy.disabled = address === undefined;
    hints.replaceChildren(
      ...hintsAbout(address).map((hint) => element('p', { class: 'telephony-hint' }, translate(`address.${hint}`))),
    );
  };
}

function hintsAbout(address: URL | undefined): readonly string[] {
  if (address === undefined) return ['unknown'];
  const reach = reachOf(address);
  if (reach !== 'internet') return [reach];
  return address.protocol === 'http:' ? ['notEncrypted'] : [];
}

/** Shows in `container` what the provider has to be told so that its calls are believed. */
export function proofShown(container: HTMLElement, typed: Typed, translate: Translate): () => void {
  const words = element('p', { class: 'telephony-words', role: 'status' });
  container.append(words);
  return () => {
    const verify = typed('verify');
    const isQuery = verify === 'token' && typed('tokenIn') === 'query';
    words.classList.toggle('telephony-hint', verify === 'none');
    words.textContent = translate(`proof.${isQuery ? 'tokenQuery' : verify}`, {
      name: typed('tokenName'),
      header: typed('hmacHeader'),
      algorithm: translate(`hmacAlgorithm.options.${typed('hmacAlgorithm')}`),
      encoding: typed('hmacEncoding'),
      content: typed('hmacContent'),
      prefix: typed('hmacPrefix'),
      time: typed('hmacTimestampHeader'),
    });
  };
}
