/** The address that a provider called, which may have gone through proxies since: a signature over it covers that one. */
import { type Headers, header } from './headers';

interface Called {
  readonly headers: Headers;
  /** What follows the source's path. */
  readonly subPath: string;
  /** Path and query as they arrived. */
  readonly target: string;
  readonly isEncrypted: boolean;
}

/**
 * `publicUrl` is the address as the provider has it: an origin, where a proxy passes the path on as it is, or all of it
 * down to the source's path. Empty: what the request and the headers of a proxy say. They may lie: that changes what is
 * compared with the signature, which only the owner of the key can make.
 */
export function calledUrl({ headers, subPath, target, isEncrypted }: Called, publicUrl: string): string {
  const query = target.includes('?') ? target.slice(target.indexOf('?')) : '';
  if (publicUrl !== '') {
    const base = publicUrl.replace(/\/$/, '');
    return new URL(base).pathname === '/' ? base + target : base + subPath + query;
  }
  const protocol = first(header(headers, 'x-forwarded-proto')) ?? (isEncrypted ? 'https' : 'http');
  const host = first(header(headers, 'x-forwarded-host')) ?? header(headers, 'host') ?? '';
  return `${protocol}://${host}${target}`;
}

/** Each proxy adds its own behind those before it. */
function first(values: string | null): string | undefined {
  return values?.split(',', 1)[0]?.trim() || undefined;
}
