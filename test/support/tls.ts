/** Certificates for tests on loopback, valid until 2120; `test/fixtures/tls/make.sh` made them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string): string => readFileSync(join(__dirname, '../fixtures/tls', name), 'utf8');

/** The authority that signed all the others. */
export const testAuthority = read('ca.pem');

/** `localhost`: for localhost, 127.0.0.1 and ::1. `otherName`: for receiver.example. `client`: to show to a server. */
export const testCertificates = {
  localhost: { cert: read('localhost.cert.pem'), key: read('localhost.key.pem') },
  expired: { cert: read('expired.cert.pem'), key: read('expired.key.pem') },
  otherName: { cert: read('other-name.cert.pem'), key: read('other-name.key.pem') },
  client: { cert: read('client.cert.pem'), key: read('client.key.pem') },
};
