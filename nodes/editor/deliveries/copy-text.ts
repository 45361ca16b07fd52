/** Copies a text, also where the page came over plain HTTP: browsers keep the clipboard from it then. */
import { element } from '../dom';

/** Answers whether it could be copied. */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = element('textarea', { class: 'telephony-log-unseen', 'aria-hidden': 'true' });
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  return isCopied;
}
