/** A request as a command for the shell. */

type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | null;
}

/** The same request as curl sends it, for POSIX shells. */
export function asCurl({ method, url, headers, body }: ShownRequest): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const given = headerLines(headers);
  const hasType = given.some((header) => /^content-type:/i.test(header));
  // Left to itself, curl calls every body a form.
  const sent = body === null || hasType ? given : [...given, 'Content-Type:'];
  const head = sent.map((header) => `  -H ${quoted(header)}`);
  const data = body === null ? [] : [`  --data-raw ${quoted(body)}`];
  return [`curl -X ${method} ${quoted(url)}`, ...head, ...data].join(' \\\n');
}

/** A line for each value of each header. */
export function headerLines(headers: Headers): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one) => `${name}: ${one}`),
  );
}
