import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { makeCertificate } from './certificate.ts';
import { readCertificateRequest } from './certificate-request.ts';
import { aRequest, EC_REQUEST, ED_REQUEST, RSA_REQUEST } from './requests.fake.ts';

test('requests with any kind of key are read, with their names', () => {
  const seen = [EC_REQUEST, RSA_REQUEST, ED_REQUEST].map((pem) => {
    const { commonName, organizations, counts, publicKey } = readCertificateRequest(pem);
    return [
      commonName,
      organizations,
      counts.dns,
      counts.ip,
      counts.email,
      counts.uri,
      publicKey.asymmetricKeyType,
    ];
  });
  assert.deepEqual(seen, [
    ['jane', ['dev', 'ops'], 0, 0, 0, 0, 'ec'],
    ['system:node:n1', ['system:nodes'], 1, 1, 0, 0, 'rsa'],
    ['ed', [], 0, 0, 1, 1, 'ed25519'],
  ]);
});

test('what is not a request, or was changed after it was signed, is refused', () => {
  assert.throws(() => readCertificateRequest('nonsense'), /PEM block type must be CERTIFICATE REQUEST/);
  const tampered = EC_REQUEST.replace('DARqYW5l', 'DARqYW5m');
  assert.throws(() => readCertificateRequest(tampered), /not by its key/);
  const cut = EC_REQUEST.replace(/\n[^\n]*\n-----END/, '\n-----END');
  assert.throws(() => readCertificateRequest(cut));
});

test('a request whose key is no key is refused with an error that says so', () => {
  const bytes = Buffer.from(EC_REQUEST.split('\n').slice(1, -2).join(''), 'base64');
  // The key is a sequence (30 59) that begins with a sequence (30 13).
  bytes[bytes.indexOf(Buffer.from([0x30, 0x59, 0x30, 0x13]))] = 0;
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  assert.throws(
    () => readCertificateRequest(pem),
    new TypeError('the key of the certificate request cannot be read'),
  );
});

test('a certificate has the request’s subject and alternative names unchanged', () => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const request = readCertificateRequest(RSA_REQUEST);
  const issuer = { subject: { commonName: 'ca' }, ...keys };
  const pem = makeCertificate(
    {
      subject: request.subject,
      names: request.alternativeNames!,
      usages: ['digital signature', 'server auth'],
      notBefore: Date.UTC(2026, 0, 1),
      notAfter: Date.UTC(2060, 0, 1),
      serial: Buffer.of(0, 0, 200),
      publicKey: request.publicKey,
    },
    issuer,
  );
  const x509 = new X509Certificate(pem);
  assert.equal(x509.subject, 'C=DE\nO=system:nodes\nCN=system:node:n1');
  assert.equal(x509.subjectAltName, 'DNS:n1, IP Address:10.0.0.1');
  assert.deepEqual(x509.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  assert.equal(x509.serialNumber, 'C8');
  assert.ok(x509.verify(keys.publicKey));
});

test('a name is read in every encoding that TLS libraries decode', () => {
  const name = 'system:masters';
  const universal = Buffer.concat([...name].map((char) => Buffer.from([0, 0, 0, char.charCodeAt(0)])));
  const bmp = Buffer.from(name, 'utf16le').swap16();
  const encoded = (tag: number, body: Buffer) => Buffer.concat([Buffer.of(tag, body.length), body]);
  for (const value of [name, encoded(0x1c, universal), encoded(0x1e, bmp), encoded(0x14, Buffer.from(name))])
    assert.deepEqual(readCertificateRequest(aRequest([['O', value]])).organizations, [name]);
});

test('a text without a request is refused in time that grows with its length, not with its square', () => {
  const begin = '-----BEGIN CERTIFICATE REQUEST-----';
  assert.throws(() => readCertificateRequest(begin.repeat(1500)), /PEM block type/);
  assert.throws(() => readCertificateRequest(begin.repeat(100_000)), RangeError);
});
