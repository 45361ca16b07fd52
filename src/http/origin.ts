/** The origin of a URL, by which lanes, trust and secrets are decided, several times for each request. */

const MOST_REMEMBERED = 256;
const remembered = new Map<string, string>();

/** Scheme, host and port of an absolute URL. Throws where it cannot be read. Most webhooks always go to the same few URLs. */
export function originOf(url: string): string {
  const known = remembered.get(url);
  if (known !== undefined) return known;
  const { origin } = new URL(url);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(url, origin);
  return origin;
}
