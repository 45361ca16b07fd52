/** Requests and answers as text: as they went over the wire, and as a command. */
import { asCurl } from '../curl';
import type { ShownRequest } from './log-client';

export type Headers = ShownRequest['headers'];

export function headText(headers: Headers): string {
  return linesOf(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** JSON is laid out to be read; all else stays as it was sent. */
export function bodyText(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** As a command for the shell, with what the log shows: secrets are names there. */
export function curlOf({ method, url, headers, body }: ShownRequest): string {
  const single = Object.fromEntries(linesOf(headers).map(([name, value]) => [name, value]));
  return asCurl({ method, url, headers: single, body });
}

function linesOf(headers: Headers): (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one) => [name, one] as const),
  );
}
