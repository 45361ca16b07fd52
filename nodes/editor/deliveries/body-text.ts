/** Bodies as they are shown. Pure. */

/** JSON is laid out to be read, unless that would show something else than was sent: a long number, a key that is there twice. */
export function bodyText(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    return JSON.stringify(value) === body ? JSON.stringify(value, null, 2) : body;
  } catch {
    return body;
  }
}
