/** Turns what a socket, a TLS handshake or the HTTP parser ends with into a class and one sentence for the user. */
import { isIP } from 'node:net';
import { errors } from 'undici';
import type { Sentence } from '../sentence';
import { wire } from '../sentences/wire';
import { AddressBlockedError } from './address-guard';
import { plainHost } from './address-rule';
import type { WireFailure } from './http-client';
import { ProxyFailure } from './proxy';

/** How far an exchange had come. */
export type Phase = 'connecting' | 'waiting' | 'reading';

export interface FailedExchange {
  readonly url: URL;
  readonly phase: Phase;
  /** Undefined: no head of an answer had come. */
  readonly statusCode: number | undefined;
}

export interface Explained extends Sentence {
  readonly failure: WireFailure;
}

/** `host:port`, also where the port is the scheme's own. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

/** 15000 → `15 s`, 1500 → `1.5 s`. */
export function inSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10 || 0.1} s`;
}

/** What an error of the wire means. Reads codes, not texts, wherever there are codes. */
export function explainError(error: unknown, exchange: FailedExchange): Explained {
  const { hostname: host } = exchange.url;
  const at = hostAndPort(exchange.url);
  const cause = rootCause(error);
  const { code: reason, message } = cause;
  if (cause.error instanceof AddressBlockedError) return { failure: 'address-blocked', ...cause.error.sentence };
  if (cause.error instanceof ProxyFailure) return { failure: 'proxy', ...cause.error.sentence };
  if (cause.error instanceof errors.HTTPParserError) {
    if (/EOF/.test(message)) return reset(at, exchange);
    return { failure: 'protocol', ...wire(startsLikeTls(cause.error) ? 'speaks-tls' : 'no-http', { at }) };
  }

  switch (reason) {
    case 'ECONNREFUSED':
      return { failure: 'refused', ...wire('nobody-listens', { at }) };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return { failure: 'refused', ...wire('no-way', { at, reason }) };
    case 'EACCES':
    case 'EPERM':
      return { failure: 'refused', ...wire('not-allowed', { at, reason }) };
    case 'ENOTFOUND':
    case 'ENODATA':
    case 'ENONAME':
      return { failure: 'dns', ...wire('unknown-name', { host }) };
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return { failure: 'timeout', ...wire(exchange.phase === 'connecting' ? 'late-connection' : 'silent', { at }) };
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return reset(at, exchange);
    case 'UND_ERR_SOCKET':
      if (message.startsWith('bad ')) return { failure: 'protocol', ...wire('no-http', { at }) };
      return reset(at, exchange);
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return { failure: 'reset', ...wire('ended', { at }) };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { failure: 'protocol', ...wire('long-head', { at }) };
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return { failure: 'request', ...wire('unsendable', { reason: message }) };
  }
  if (reason.startsWith('EAI_') || cause.syscall === 'getaddrinfo') {
    return { failure: 'dns', ...wire('no-dns', { host, reason }) };
  }
  const tls = explainTls(reason, message, exchange.url);
  if (tls !== undefined) return { failure: 'tls', ...tls };
  return { failure: 'reset', ...wire('failed', { at, reason: reason || message }) };
}

function reset(at: string, { phase, statusCode, url }: FailedExchange): Explained {
  switch (phase) {
    case 'connecting':
      return {
        failure: 'reset',
        ...wire(url.protocol === 'https:' ? 'broken-handshake' : 'broken-at-once', { at }),
      };
    case 'waiting':
      return { failure: 'reset', ...wire('broken-waiting', { at }) };
    case 'reading':
      return { failure: 'reset', ...wire('broken-answer', { at, status: statusCode ?? '' }) };
  }
}

/** Undefined: the code is none of TLS's. */
function explainTls(reason: string, message: string, url: URL): Sentence | undefined {
  const { hostname: host } = url;
  const at = hostAndPort(url);
  switch (reason) {
    case 'CERT_HAS_EXPIRED':
      return wire('certificate-expired', { at });
    case 'CERT_NOT_YET_VALID':
      return wire('certificate-early', { at });
    case 'CERT_REVOKED':
      return wire('certificate-revoked', { at });
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return wire('certificate-self-signed', { at });
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_UNTRUSTED':
      return wire('certificate-authority', { at });
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return wire(isIP(plainHost(host)) ? 'certificate-address' : 'certificate-name', { at, host });
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_HTTP_REQUEST':
      return wire('no-tls', { at });
  }
  if (
    /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|CERTIFICATE_EXPIRED)/.test(reason)
  ) {
    return wire('client-certificate', { at, reason });
  }
  if (/^ERR_OSSL_|^ERR_CRYPTO_/.test(reason) || /PEM|bad decrypt|pfx|mac verify/i.test(message)) {
    return wire('tls-settings', { reason: reason || message });
  }
  if (/^ERR_(?:SSL|TLS)_|^EPROTO$|CERT|CRL|_CHAIN|SIGNATURE/.test(reason)) return wire('handshake', { at, reason });
  return undefined;
}

interface RootCause {
  readonly error: unknown;
  readonly code: string;
  readonly message: string;
  readonly syscall: string;
}

function rootCause(error: unknown): RootCause {
  if (!(error instanceof Error)) return { error, code: '', message: String(error), syscall: '' };
  // A host with several addresses fails with one error for each of them.
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors.at(-1));
  const { code, syscall } = error as Error & { code?: unknown; syscall?: unknown };
  return {
    error,
    code: typeof code === 'string' ? code : '',
    message: error.message,
    syscall: typeof syscall === 'string' ? syscall : '',
  };
}

/** True where the bytes that are not HTTP begin as a TLS record does: 21 is an alert, 22 a handshake. */
function startsLikeTls(error: Error & { data?: unknown }): boolean {
  const first = typeof error.data === 'string' ? error.data.charCodeAt(0) : 0;
  return first === 21 || first === 22;
}
