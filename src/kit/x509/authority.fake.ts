// A certificate authority for tests: one CA, certificates for 127.0.0.1 and for client names, valid until 2120.
import { generateKeyPairSync } from 'node:crypto';
import { type CertificateTerms, makeCertificate } from './certificate.ts';

export interface TestCertificate {
  cert: string;
  key: string;
}

export interface TestAuthority {
  ca: string;
  /** For 127.0.0.1 by default. */
  server(names?: readonly string[]): TestCertificate;
  client(name: string, groups?: readonly string[]): TestCertificate;
}

const VALID = { notBefore: Date.UTC(2020), notAfter: Date.UTC(2120) };
const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function testAuthority(): TestAuthority {
  const subject = { commonName: 'test-ca' };
  const issuer = { subject, ...newKeys() };
  let serial = 1;
  const issue = (terms: Pick<CertificateTerms, 'subject' | 'usages' | 'names'>): TestCertificate => {
    const { publicKey, privateKey } = newKeys();
    const cert = makeCertificate({ ...VALID, ...terms, publicKey, serial: Buffer.of(++serial) }, issuer);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  };
  return {
    ca: makeCertificate(
      {
        ...VALID,
        subject,
        usages: ['cert sign'],
        authority: true,
        publicKey: issuer.publicKey,
        serial: Buffer.of(1),
      },
      issuer,
    ),
    server: (names = ['127.0.0.1', 'localhost']) =>
      issue({
        subject: { commonName: 'test-server' },
        usages: ['digital signature', 'server auth'],
        names,
      }),
    client: (commonName, organizations = []) =>
      issue({ subject: { commonName, organizations }, usages: ['digital signature', 'client auth'] }),
  };
}
