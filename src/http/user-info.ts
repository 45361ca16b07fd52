/** The `name:password@` of a URL, and what it means on the wire: basic authentication (RFC 7617). */

/**
 * Takes user info out of a URL. `authorization` is the value of the header that it stands for; undefined: there was
 * none, or the URL cannot be read.
 */
export function takeUserInfo(url: string): { readonly url: string; readonly authorization: string | undefined } {
  if (!url.includes('@') || !URL.canParse(url)) return { url, authorization: undefined };
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return { url, authorization: undefined };
  const authorization = basicCredentials(decoded(parsed.username), decoded(parsed.password));
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, authorization };
}

/** `Basic …`, in UTF-8. */
export function basicCredentials(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** A lone `%` is meant as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
