/** A request as a command for the shell. */

export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The same request as curl sends it, for POSIX shells. */
export function asCurl({ method, url, headers, body }: ShownRequest): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const hasType = given.some((header) => /^content-type:/i.test(header));
  // Left to itself, curl calls every body a form.
  const sent = body === null || hasType ? given : [...given, 'Content-Type:'];
  const head = sent.map((header) => `  -H ${quoted(header)}`);
  const data = body === null ? [] : [`  --data-raw ${quoted(body)}`];
  return [`curl -X ${method} ${quoted(url)}`, ...head, ...data].join(' \\\n');
}
