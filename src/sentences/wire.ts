/** Why an exchange with a receiver, or with a proxy on the way to it, came to nothing. `at` is `host:port`, `within` a time. */
import { speaker } from '../sentence';

export const wire = speaker('wire', {
  'nobody-listens':
    'Nobody is listening at __at__ (connection refused). Check address and port, and that the receiver runs.',
  'no-way': 'There is no way from this machine to __at__ (__reason__). Check the address and the network.',
  'not-allowed': 'This machine does not allow a connection to __at__ (__reason__). Check its firewall.',
  'unknown-name': 'The name __host__ is not known (DNS has no address for it). Check the spelling of the host.',
  'no-dns': "The name __host__ could not be looked up (__reason__). Check this machine's network and DNS.",
  'no-address': '__host__ has no address.',
  'late-connection':
    '__at__ did not take the connection in time. Check the address, and that no firewall stands between.',
  'late-connection-within':
    '__at__ did not take the connection within __within__. Check the address, and that no firewall stands between.',
  crowded: 'All connections to __at__ were busy, and none became free within __within__.',
  'late-answer': '__at__ took the request but did not answer within __within__.',
  'late-end': '__at__ began to answer (status __status__) but did not finish within __within__.',
  silent: 'The connection to __at__ went silent.',
  ended: 'The request to __at__ was ended from this side.',
  'ended-before': 'The request to __at__ was ended from this side before it was sent.',
  failed: 'The connection to __at__ failed (__reason__).',
  'broken-at-once': '__at__ took the connection and broke it before the request was sent.',
  'broken-handshake': '__at__ took the connection and broke it during the TLS handshake before the request was sent.',
  'broken-waiting': '__at__ broke the connection without an answer. It may or may not have taken the request.',
  'broken-answer': '__at__ began to answer (status __status__) and broke the connection before the answer was whole.',
  'long-head': 'The head of the answer of __at__ is longer than 16 kB.',
  'no-http': 'What __at__ answered is not HTTP/1.1. Check the port: another service may be listening there.',
  'speaks-tls': '__at__ speaks TLS. Begin the URL with https:// instead of http://.',
  'no-tls': '__at__ does not speak TLS. If it serves plain HTTP, begin the URL with http:// instead of https://.',
  handshake: 'The TLS handshake with __at__ failed (__reason__).',
  'certificate-expired':
    "The certificate of __at__ has expired. Its owner must renew it (or this machine's clock is wrong).",
  'certificate-early': "The certificate of __at__ is not valid yet. Check this machine's clock.",
  'certificate-revoked': 'The certificate of __at__ was revoked by its authority.',
  'certificate-self-signed':
    'The certificate of __at__ is self-signed. Add it as CA certificate in the TLS settings of the endpoint if you trust it.',
  'certificate-authority':
    'The certificate of __at__ was signed by an authority that this machine does not know. Add that authority as CA certificate in the TLS settings of the endpoint if you trust it.',
  'certificate-name': 'The certificate of __at__ is for another name than __host__.',
  'certificate-address':
    'The certificate of __at__ is for another name than __host__. Use the host name instead of the address.',
  'client-certificate':
    '__at__ asks for a client certificate, or does not accept the given one (__reason__). Set it in the TLS settings of the endpoint.',
  'tls-settings': 'The certificate, key or passphrase in the TLS settings of the endpoint cannot be read (__reason__).',
  unsendable: 'The request cannot be sent: __reason__.',
  method: '"__method__" is not a method that can be sent.',
  url: 'The URL cannot be read. It must be whole, as in https://crm.example.com/hook.',
  scheme: 'A URL with __scheme__ cannot be sent to, only http: and https:.',
  'header-name': '"__name__" cannot be the name of a header.',
  'host-twice': 'The header Host stands there more than once.',
  'header-value': 'The value of the header __name__ holds a line break or another control character.',
  'proxy-address': 'The address of the proxy cannot be read. It must look like http://proxy.example.com:3128.',
  'proxy-scheme': 'A proxy at __scheme__ is not supported, only http: and https:.',
  'proxy-silent': 'The proxy __proxy__ did not answer within __within__. Check its address and that it runs.',
  'proxy-refused':
    'The proxy __proxy__ refused to connect to __at__ (status __status__). Check what the proxy allows, or name the host among its exceptions.',
  'proxy-account':
    "The proxy __proxy__ asks for a user name and password, or does not accept the given ones (status 407). Check them in the proxy's settings.",
  'proxy-unreachable': 'The proxy __proxy__ could not be reached (__reason__). Check its address and that it runs.',
  'connection-refused': 'connection refused',
});
