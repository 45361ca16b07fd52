/** Looking up one header in what node:http hands over. */

/** As in `IncomingMessage.headers`: names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a header; null where it is absent or came several times. `name` in any case. */
export function header(headers: Headers, name: string): string | null {
  const key = name.toLowerCase();
  const value = Object.hasOwn(headers, key) ? headers[key] : undefined;
  return typeof value === 'string' ? value : null;
}
