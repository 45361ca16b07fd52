/**
 * Serves the log as a page of its own, `telephony-webhooks/` below the admin root: one file, without any data, and its words.
 * Whoever opens it brings the editor's access token along when the page asks the admin API. It needs no editor beside it.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** Built beside the sidebar's own files. */
const SIDEBAR = 'telephony-deliveries-sidebar';
const FOLDER = join(__dirname, '..', SIDEBAR);
const ORIGINAL_LANGUAGE = 'en-US';

interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

let page: Page | undefined;

export function servePage(
  request: IncomingMessage & { readonly originalUrl: string },
  response: ServerResponse,
  hasEditor: boolean,
): void {
  const [path = '', query] = request.originalUrl.split('?');
  if (!path.endsWith('/')) {
    // All that the page asks for lies beside it or above.
    const last = path.slice(path.lastIndexOf('/') + 1);
    response.writeHead(301, { Location: `${last}/${query === undefined ? '' : `?${query}`}` });
    response.end();
    return;
  }
  page ??= readPage(hasEditor);
  response.writeHead(200, page.headers);
  response.end(page.html);
}

/** What the page says: in the language that is asked for, else in another of its kind (`de-AT`: `de`), else in English. */
export function wordsOfPage(asked: string): unknown {
  const languages = readdirSync(join(FOLDER, 'locales'));
  const [kind = ''] = asked.split('-');
  const language =
    languages.find((one) => one === asked) ?? languages.find((one) => one.split('-')[0] === kind) ?? ORIGINAL_LANGUAGE;
  return JSON.parse(readFileSync(join(FOLDER, 'locales', language, `${SIDEBAR}.json`), 'utf8'));
}

/** Says so to the page, and asks for nothing that the editor would serve. */
function withoutEditor(html: string): string {
  return html.replace('<html ', '<html data-editor="none" ').replace('../favicon.ico', 'data:,');
}

/** What the page shows came from outside, so only its own script may run, wherever else text might become markup. */
function readPage(hasEditor: boolean): Page {
  const file = readFileSync(join(FOLDER, 'page.html'), 'utf8');
  const html = hasEditor ? file : withoutEditor(file);
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = [
    "default-src 'self'",
    `script-src 'sha256-${hash}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ];
  return {
    html,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
    },
  };
}
