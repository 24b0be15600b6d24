import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { readCertificateRequest } from './certificate-request.ts';
import { makeCertificateRequest } from './make-request.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const subject = { commonName: 'system:node:n1', organizations: ['system:nodes'] };

test('a request says who asks for which names, and is signed by its key', () => {
  const request = readCertificateRequest(
    makeCertificateRequest({ subject, names: ['n1', '192.0.2.7', '2001:db8::7'] }, keys),
  );
  assert.equal(request.commonName, 'system:node:n1');
  assert.deepEqual(request.organizations, ['system:nodes']);
  assert.deepEqual(request.dnsNames, ['n1']);
  assert.deepEqual(
    request.addresses.map((bytes) => bytes.toString('hex')),
    ['c0000207', '20010db8000000000000000000000007'],
  );
  assert.deepEqual(request.counts, { dns: 1, ip: 2, email: 0, uri: 0, all: 3 });
  assert.ok(request.publicKey.equals(keys.publicKey));
  assert.equal(readCertificateRequest(makeCertificateRequest({ subject }, keys)).counts.all, 0);
});
