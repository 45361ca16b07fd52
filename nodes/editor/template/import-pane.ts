/** Takes a cURL command or a body from elsewhere into the panel. */
import { element } from '../dom';
import { type ImportedBody, type ImportedRequest, readImport } from './import-request';

export interface ImportOptions {
  readonly translate: Translate;
  readonly takeRequest: (request: ImportedRequest) => void;
  readonly takeBody: (body: ImportedBody) => void;
}

export interface ImportPane {
  readonly element: HTMLElement;
  /** Takes a text as if it had been pasted here. */
  take(text: string): void;
}

export function importPane({ translate, takeRequest, takeBody }: ImportOptions): ImportPane {
  const input = element('textarea', {
    rows: '6',
    spellcheck: 'false',
    class: 'telephony-code',
    placeholder: translate('import.placeholder'),
    'aria-label': translate('import.label'),
  });
  const button = element('button', { type: 'button', class: 'red-ui-button' }, translate('import.take'));
  const told = element('div', { role: 'status' });
  const sentence = (text: string, kind: string): HTMLElement => element('p', { class: kind }, text);
  const take = (): void => {
    const read = readImport(input.value);
    if (read === undefined) {
      told.replaceChildren(sentence(translate('import.nothing'), 'telephony-problem'));
      return;
    }
    const body = read.kind === 'body' ? read.body : read.request.body;
    if (read.kind === 'request') takeRequest(read.request);
    else takeBody(read.body);
    const done = [
      ...(read.kind === 'request' ? [translate('import.request', { method: read.request.method })] : []),
      ...(body ? [translate(`import.as.${body.format}`)] : []),
      ...(body?.names ? [translate('import.kompaas')] : []),
    ];
    const notes = read.kind === 'request' ? read.request.notes : [];
    told.replaceChildren(
      sentence(done.join(' '), 'telephony-words'),
      ...notes.map(({ key, values }) => sentence(translate(key, values), 'telephony-hint')),
    );
    input.value = '';
  };
  button.addEventListener('click', take);
  return {
    element: element(
      'div',
      {},
      element('p', { class: 'telephony-tip telephony-tip-wide' }, translate('import.tip')),
      input,
      button,
      told,
    ),
    take(text) {
      input.value = text;
      take();
    },
  };
}
