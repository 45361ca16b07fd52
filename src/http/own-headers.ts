/** Headers that are set here whatever a message brought: a message often still has those of another request. */

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** The headers with `own` in place of all of the same name, however they are written. */
export function withHeaders(headers: Headers, own: Readonly<Record<string, string>>): Headers {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const all: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (!names.has(name.toLowerCase())) all[name] = value;
  return Object.assign(all, own);
}
