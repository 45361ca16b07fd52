/**
 * Serves the log as a page of its own, `telephony-webhooks/` below the admin root: one file, without any data. Whoever opens
 * it brings the editor's access token along when the page asks the admin API.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** Built beside the sidebar's own files. */
const FILE = join(__dirname, '..', 'telephony-deliveries-sidebar', 'page.html');

interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

let page: Page | undefined;

export function servePage(request: IncomingMessage & { readonly originalUrl: string }, response: ServerResponse): void {
  const [path = '', query] = request.originalUrl.split('?');
  if (!path.endsWith('/')) {
    // All that the page asks for lies beside it or above.
    const last = path.slice(path.lastIndexOf('/') + 1);
    response.writeHead(301, { Location: `${last}/${query === undefined ? '' : `?${query}`}` });
    response.end();
    return;
  }
  page ??= readPage();
  response.writeHead(200, page.headers);
  response.end(page.html);
}

/** What the page shows came from outside, so only its own script may run, wherever else text might become markup. */
function readPage(): Page {
  const html = readFileSync(FILE, 'utf8');
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
