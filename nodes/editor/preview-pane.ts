/** The request as the runtime renders it now, for a sample or the last real event, and a button that copies it as cURL. */
import { eventTypes } from '../../src/event/catalogue';
import { asCurl, type ShownRequest } from './curl';
import { element, iconButton, show } from './dom';

interface Problem {
  readonly field: string;
  readonly message: string;
}

interface Rendered {
  readonly request: ShownRequest | null;
  readonly error: Problem | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface PreviewPane {
  /** Asks the runtime again. */
  refresh(): void;
}

export function previewPane(
  container: HTMLElement,
  translate: Translate,
  config: () => Readonly<Record<string, unknown>>,
): PreviewPane {
  const type = element(
    'select',
    { 'aria-label': translate('preview.event') },
    ...eventTypes.map((event) => element('option', { value: event.type }, event.title)),
  );
  type.value = 'call.ended';
  const real = element('input', { type: 'checkbox', id: 'telephony-preview-real' });
  const copy = iconButton('clipboard', translate('preview.curl'), () => {
    if (last?.request) RED.clipboard.copyText(asCurl(last.request), $(copy), 'clipboard.copied');
  });
  copy.append(' cURL');
  const notes = element('div', { role: 'alert' });
  const output = element('pre', { class: 'telephony-preview', tabindex: '0' });
  let last: Rendered | undefined;
  let asked = 0;

  const refresh = (): void => {
    asked += 1;
    const mine = asked;
    const { id, ...saved } = config();
    $.ajax({
      url: 'telephony-webhooks/preview',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({ config: saved, node: id, eventType: type.value, real: real.checked }),
    }).then(
      (rendered: Rendered) => {
        if (mine === asked) showRendered(rendered);
      },
      (failure: { responseJSON?: { message?: string } }) => {
        if (mine !== asked) return;
        const message = failure.responseJSON?.message ?? translate('preview.unavailable');
        showRendered({ request: null, error: { field: '', message }, problems: [], warnings: [] });
      },
    );
  };
  const showRendered = (rendered: Rendered): void => {
    last = rendered;
    const { request, error, problems, warnings } = rendered;
    const where = ({ field, message }: Problem): string => `${field}: ${message}`;
    const wrong = new Set([...(error ? [error.message] : []), ...problems.map(where)]);
    notes.replaceChildren(
      ...[...wrong].map((message) => element('p', { class: 'telephony-problem' }, message)),
      ...warnings.map((warning) => element('p', { class: 'telephony-hint' }, where(warning))),
    );
    output.textContent = request ? asText(request) : '';
    show(output, request !== null);
    copy.disabled = request === null;
  };
  type.addEventListener('change', refresh);
  real.addEventListener('change', refresh);
  container.append(
    element(
      'div',
      { class: 'telephony-preview-bar' },
      type,
      element('label', { for: real.id }, real, ' ', translate('preview.real')),
      iconButton('refresh', translate('preview.refresh'), refresh),
      copy,
    ),
    notes,
    output,
  );
  return { refresh };
}

function asText({ method, url, headers, body }: ShownRequest): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...head, ...(body === null ? [] : ['', pretty(body)])].join('\n');
}

/** JSON with line breaks; anything else as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
