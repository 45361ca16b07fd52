/**
 * Twilio's signature of what it sends: HMAC-SHA1 over the URL that it called and the fields of the form; a body that is no
 * form is covered by its digest in the URL. https://www.twilio.com/docs/usage/security#validating-requests
 */
import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { sameText } from './same-text';
import { sortedParams } from './sorted-params';

export interface TwilioRequest {
  /** The whole address that Twilio called: it signs that one, whatever proxies made of it. */
  readonly url: string;
  /** Of the header `X-Twilio-Signature`. */
  readonly signature: string | null;
  readonly contentType: string;
  readonly body: Buffer;
}

/** In the query: the SHA-256 of a body that is no form. */
export const DIGEST_PARAMETER = 'bodySHA256';

/** Null: Twilio sent it. Else why it is refused. `token`: the auth token of the account. */
export function refuseTwilio(token: KeyObject, { url, signature, contentType, body }: TwilioRequest): string | null {
  if (signature === null) return 'The signature is missing: it is expected in the header "X-Twilio-Signature".';
  const called = URL.parse(url);
  if (called === null) return 'The address that was called cannot be read.';
  const given = called.searchParams.getAll(DIGEST_PARAMETER);
  let fields = '';
  if (given.length > 0) {
    const [digest = ''] = given;
    if (!sameText(digest.toLowerCase(), createHash('sha256').update(body).digest('hex'))) {
      return 'The body is not the one that was signed.';
    }
  } else if (body.length > 0) {
    if (!isForm(contentType, body)) return 'The body is neither a form nor covered by a digest in the URL.';
    fields = sortedParams(body);
  }
  const isSigned = spellings(url, called).some((spelling) =>
    sameText(signature, createHmac('sha1', token).update(spelling).update(fields).digest('base64')),
  );
  return isSigned ? null : 'The signature is wrong, or the address is not the one that Twilio called.';
}

/** What is checked as a form must not be read as something else. */
function isForm(contentType: string, body: Buffer): boolean {
  const isCalledForm = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType.trim());
  return isCalledForm && !body.toString('latin1').trimStart().startsWith('{');
}

/** With and without its port: Twilio has signed both, and its own libraries accept both. */
function spellings(url: string, { protocol, port }: URL): readonly string[] {
  const [, host = '', rest = ''] = /^([^/]*\/\/[^/?#]*?)(?::\d*)?((?:[/?#].*)?)$/s.exec(url) ?? [];
  return [host + rest, `${host}:${port || (protocol === 'https:' ? '443' : '80')}${rest}`];
}
