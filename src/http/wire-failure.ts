/** Turns what a socket, a TLS handshake or the HTTP parser ends with into a class and one sentence for the user. */
import { isIP } from 'node:net';
import { errors } from 'undici';
import { AddressBlockedError } from './address-guard';
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

export interface Explained {
  readonly failure: WireFailure;
  readonly message: string;
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
  const at = hostAndPort(exchange.url);
  const cause = rootCause(error);
  const { code, message } = cause;
  if (cause.error instanceof AddressBlockedError) return { failure: 'address-blocked', message };
  if (cause.error instanceof ProxyFailure) return { failure: 'proxy', message };
  if (cause.error instanceof errors.HTTPParserError) {
    if (/EOF/.test(message)) return reset(at, exchange);
    return startsLikeTls(cause.error) ? speaksTls(at) : protocol(at);
  }

  switch (code) {
    case 'ECONNREFUSED':
      return {
        failure: 'refused',
        message: `Nobody is listening at ${at} (connection refused). Check address and port, and that the receiver runs.`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return {
        failure: 'refused',
        message: `There is no way from this machine to ${at} (${code}). Check the address and the network.`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        failure: 'refused',
        message: `This machine does not allow a connection to ${at} (${code}). Check its firewall.`,
      };
    case 'ENOTFOUND':
    case 'ENODATA':
    case 'ENONAME':
      return {
        failure: 'dns',
        message: `The name ${exchange.url.hostname} is not known (DNS has no address for it). Check the spelling of the host.`,
      };
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      if (exchange.phase === 'connecting') {
        return {
          failure: 'timeout',
          message: `${at} did not take the connection in time. Check the address, and that no firewall stands between.`,
        };
      }
      return { failure: 'timeout', message: `The connection to ${at} went silent.` };
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return reset(at, exchange);
    case 'UND_ERR_SOCKET':
      if (message.startsWith('bad ')) return protocol(at);
      return reset(at, exchange);
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return { failure: 'reset', message: `The request to ${at} was ended from this side.` };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { failure: 'protocol', message: `The head of the answer of ${at} is longer than 16 kB.` };
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return { failure: 'request', message: `The request cannot be sent: ${message}.` };
  }
  if (code.startsWith('EAI_') || cause.syscall === 'getaddrinfo') {
    return {
      failure: 'dns',
      message: `The name ${exchange.url.hostname} could not be looked up (${code}). Check this machine's network and DNS.`,
    };
  }
  const tls = explainTls(code, message, exchange.url);
  if (tls !== undefined) return { failure: 'tls', message: tls };
  return { failure: 'reset', message: `The connection to ${at} failed (${code || message}).` };
}

function reset(at: string, { phase, statusCode, url }: FailedExchange): Explained {
  switch (phase) {
    case 'connecting': {
      const where = url.protocol === 'https:' ? ' during the TLS handshake' : '';
      return {
        failure: 'reset',
        message: `${at} took the connection and broke it${where} before the request was sent.`,
      };
    }
    case 'waiting':
      return {
        failure: 'reset',
        message: `${at} broke the connection without an answer. It may or may not have taken the request.`,
      };
    case 'reading':
      return {
        failure: 'reset',
        message: `${at} began to answer (status ${statusCode}) and broke the connection before the answer was whole.`,
      };
  }
}

function protocol(at: string): Explained {
  return {
    failure: 'protocol',
    message: `What ${at} answered is not HTTP/1.1. Check the port: another service may be listening there.`,
  };
}

function speaksTls(at: string): Explained {
  return { failure: 'protocol', message: `${at} speaks TLS. Begin the URL with https:// instead of http://.` };
}

/** Undefined: the code is none of TLS's. */
function explainTls(code: string, message: string, url: URL): string | undefined {
  const at = hostAndPort(url);
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${at} has expired. Its owner must renew it (or this machine's clock is wrong).`;
    case 'CERT_NOT_YET_VALID':
      return `The certificate of ${at} is not valid yet. Check this machine's clock.`;
    case 'CERT_REVOKED':
      return `The certificate of ${at} was revoked by its authority.`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `The certificate of ${at} is self-signed. Add it as CA certificate in the TLS settings of the endpoint if you trust it.`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_UNTRUSTED':
      return `The certificate of ${at} was signed by an authority that this machine does not know. Add that authority as CA certificate in the TLS settings of the endpoint if you trust it.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return `The certificate of ${at} is for another name than ${url.hostname}${isIP(url.hostname.replace(/[[\]]/g, '')) ? '. Use the host name instead of the address' : ''}.`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_HTTP_REQUEST':
      return `${at} does not speak TLS. If it serves plain HTTP, begin the URL with http:// instead of https://.`;
  }
  if (/ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA|CERTIFICATE_EXPIRED)/.test(code)) {
    return `${at} asks for a client certificate, or does not accept the given one (${code}). Set it in the TLS settings of the endpoint.`;
  }
  if (/^ERR_OSSL_|^ERR_CRYPTO_/.test(code) || /PEM|bad decrypt|pfx|mac verify/i.test(message)) {
    return `The certificate, key or passphrase in the TLS settings of the endpoint cannot be read (${code || message}).`;
  }
  if (/^ERR_(?:SSL|TLS)_|^EPROTO$|CERT|CRL|_CHAIN|SIGNATURE/.test(code)) {
    return `The TLS handshake with ${at} failed (${code}).`;
  }
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
