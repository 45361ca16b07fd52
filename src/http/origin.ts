/** The origin of a URL, by which lanes, trust and secrets are decided, several times for each request. */
import { Remembered } from '../remembered';

/** Most webhooks always go to the same few URLs. */
const origins = new Remembered<string>(256, (url) => new URL(url).origin);

/** Scheme, host and port of an absolute URL. Throws where it cannot be read. */
export function originOf(url: string): string {
  return origins.get(url);
}

/** Whether a text is the origin of an http(s) URL, as `originOf` writes it. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text;
}

/** The origin that a text means, however it is written: `HTTPS://CRM.example:443/` is `https://crm.example`. Undefined: it is none. */
export function asOrigin(text: string): string | undefined {
  const url = URL.parse(text);
  return url !== null && isOrigin(url.origin) && url.href === `${url.origin}/` ? url.origin : undefined;
}
