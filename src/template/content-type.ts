/** The Content-Type of a request, and by which rules its text is escaped. */

/** How values are escaped in a body of format `text`. */
export type TextKind = 'json' | 'form' | 'xml' | 'plain';

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';
export const PLAIN_TYPE = 'text/plain; charset=utf-8';
export const BYTES_TYPE = 'application/octet-stream';

/** By which rules a text of this Content-Type is escaped. */
export function textKindOf(contentType: string): TextKind {
  const essence = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (essence === FORM_TYPE) return 'form';
  if (essence === 'text/json' || /[/+]json$/.test(essence)) return 'json';
  return essence === 'text/html' || /[/+]xml$/.test(essence) ? 'xml' : 'plain';
}
