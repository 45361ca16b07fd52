/**
 * The mark by which the core `http request` node tells headers of a response, left in the message, from headers of a request: it
 * sends them only where someone has changed them since. The hash is that of the package hash-sum, which that node uses.
 */

export const RESPONSE_MARK = 'x-node-red-request-node';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** The headers of a response, with the mark. */
export function markedAsResponse(headers: Headers): Record<string, string | readonly string[]> {
  const plain = { ...headers };
  return { ...plain, [RESPONSE_MARK]: folded(0, '', plain).toString(16).padStart(8, '0') };
}

function folded(hash: number, key: string, value: string | readonly string[] | Headers): number {
  const begun = [key, Object.prototype.toString.call(value), typeof value].reduce(withText, hash);
  if (typeof value === 'string') return withText(begun, value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  const whole = members.reduce((soFar, [name, member]) => folded(soFar, name, member as string), begun);
  return withText(whole, String(value));
}

function withText(hash: number, text: string): number {
  let next = hash;
  for (let at = 0; at < text.length; at++) next = ((next << 5) - next + text.charCodeAt(at)) | 0;
  return next < 0 ? next * -2 : next;
}
