/** The request of a delivery, as it was sent, to be read and copied. */
import { asCurl, headerLines } from '../curl';
import { element } from '../dom';
import { said } from '../said';
import { bodyText } from './body-text';
import { copyText } from './copy-text';
import { textButton } from './dialog';
import type { ShownRequest } from './log-client';
import { note, part, pre } from './parts';

export function requestPart(
  request: ShownRequest | null,
  translate: Translate,
  say: (text: string) => void,
): HTMLElement {
  if (request === null) return note(translate('sidebar.noRequest'));
  const { method, url, headers, body, bodyEncoding, bodyRemoved, problem } = request;
  const isText = bodyEncoding === undefined;
  const shown = isText
    ? bodyText(body ?? '')
    : translate('sidebar.binary', { number: Math.floor(((body?.length ?? 0) * 3) / 4) });
  const lines = [`${method} ${url}`, ...headerLines(headers), ...(shown === '' ? [] : ['', shown])];
  const copy = (name: string, label: string, text: string): HTMLElement => {
    const button = textButton(
      label,
      () => copyText(text).then((isCopied) => say(translate(isCopied ? 'sidebar.copied' : 'sidebar.notCopied'))),
      'copy',
    );
    button.dataset['focus'] = name;
    return button;
  };
  return part(
    'request',
    translate('sidebar.request'),
    true,
    pre(lines.join('\n')),
    ...(bodyRemoved ? [note(translate('sidebar.bodyRemoved'))] : []),
    ...(problem === undefined ? [] : [note(said(translate, problem))]),
    element(
      'div',
      { class: 'telephony-log-choices' },
      ...(isText ? [copy('curl', translate('sidebar.copyCurl'), asCurl(request))] : []),
      ...(isText && body ? [copy('body', translate('sidebar.copyBody'), body)] : []),
    ),
  );
}
