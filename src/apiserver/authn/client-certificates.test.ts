import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { makeCertificate } from '../../kit/x509/certificate.ts';
import { readCertificateRequest } from '../../kit/x509/certificate-request.ts';
import { aRequest, type Subject } from '../../kit/x509/requests.fake.ts';
import { ClientCertificates } from './client-certificates.ts';

const clock = new SteppedClock();
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The user of a certificate with the subject, as a TLS connection presents it. */
function userOf(subject: Subject) {
  const request = readCertificateRequest(aRequest(subject));
  const pem = makeCertificate(
    {
      subject: request.subject,
      usages: ['client auth'],
      notBefore: clock.now() - 1000,
      notAfter: clock.now() + 1_000_000,
      serial: Buffer.of(1),
      publicKey: request.publicKey,
    },
    { subject: { commonName: 'ca' }, ...keys },
  );
  const peer = new X509Certificate(pem).toLegacyObject();
  const socket = { authorized: true, getPeerCertificate: () => peer } as object as TLSSocket;
  const user = new ClientCertificates(clock).userOf(socket);
  return user === 'invalid' ? user : { name: user?.name, groups: user?.groups };
}

test('of several common names in a certificate the last is the user, as in the checks of requests', () => {
  const subject: Subject = [
    ['O', 'system:nodes'],
    ['CN', 'system:apiserver'],
    ['CN', 'system:node:n1'],
  ];
  assert.equal(readCertificateRequest(aRequest(subject)).commonName, 'system:node:n1');
  assert.deepEqual(userOf(subject), {
    name: 'system:node:n1',
    groups: ['system:nodes', 'system:authenticated'],
  });
});
