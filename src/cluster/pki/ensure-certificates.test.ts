import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { type CertificatesOptions, ensureCertificates } from './ensure-certificates.ts';

const base = mkdtempSync(join(tmpdir(), 'certificates-'));
after(() => rmSync(base, { recursive: true }));
let count = 0;

const options = (more: Partial<CertificatesOptions> = {}): CertificatesOptions => ({
  directory: join(base, String(count++)),
  clock: new SteppedClock(),
  nodes: [{ name: 'node-1', addresses: ['10.77.0.1'] }],
  addresses: ['10.77.0.254', 'fd00::1:2'],
  ...more,
});
const DAY = 86_400_000;

test('every certificate is signed by its authority and fits its key', () => {
  const all = ensureCertificates(options());
  const ca = new X509Certificate(all.ca.certificate);
  const { client, serving } = all.kubelets.get('node-1')!;
  for (const credential of [
    all.apiserver,
    all.admin,
    all.superAdmin,
    all.apiserverKubeletClient,
    client,
    serving,
  ]) {
    const x509 = new X509Certificate(credential.certificate);
    assert.ok(x509.verify(ca.publicKey) && x509.checkIssued(ca) && !x509.ca);
    createSecureContext({ cert: credential.certificate, key: credential.key });
  }
  assert.ok(ca.ca);
  const proxy = new X509Certificate(all.frontProxyClient.certificate);
  assert.ok(proxy.verify(new X509Certificate(all.frontProxyCa.certificate).publicKey));
  assert.ok(!proxy.verify(ca.publicKey));
});

test('the certificate of thousands of simulated nodes is read again, and made anew for another one', () => {
  const simulatedNodes = Array.from({ length: 5_000 }, (_, i) => `simulated-${i}`);
  const given = options({ simulatedNodes });
  const made = ensureCertificates(given).simulatedNodes!.certificate;
  const before = process.cpuUsage();
  assert.equal(ensureCertificates(given).simulatedNodes!.certificate, made);
  const { user, system } = process.cpuUsage(before);
  // It took more than four seconds when each name was looked for in all of them; a second without a word is much already.
  assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
  const more = ensureCertificates({ ...given, simulatedNodes: [...simulatedNodes, 'another'] });
  assert.equal(new X509Certificate(more.simulatedNodes!.certificate).checkHost('another'), 'another');
});

test('subjects are those of kubeadm', () => {
  const all = ensureCertificates(options());
  const subject = (pem: { certificate: string }) => new X509Certificate(pem.certificate).subject;
  assert.equal(subject(all.admin), 'O=kubeadm:cluster-admins\nCN=kubernetes-admin');
  assert.equal(subject(all.superAdmin), 'O=system:masters\nCN=kubernetes-super-admin');
  assert.equal(subject(all.kubelets.get('node-1')!.client), 'O=system:nodes\nCN=system:node:node-1');
  assert.equal(subject(all.scheduler), 'CN=system:kube-scheduler');
});

test('the API server is known by its service, its nodes and its addresses', () => {
  const x509 = new X509Certificate(ensureCertificates(options()).apiserver.certificate);
  const names = ['kubernetes', 'kubernetes.default.svc.cluster.local', 'localhost', 'node-1'];
  for (const name of names) assert.equal(x509.checkHost(name), name);
  for (const address of ['127.0.0.1', '10.96.0.1', '10.77.0.254', '::1', 'fd00::1:2'])
    assert.equal(x509.checkIP(address), address);
});

test('a second start reads what the first one wrote; keys are for their owner only', () => {
  const same = options();
  const first = ensureCertificates(same);
  assert.deepEqual(ensureCertificates(same), first);
  for (const path of [first.ca.keyPath, first.serviceAccount.privateKeyPath])
    assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readFileSync(join(same.directory, 'sa.pub'), 'utf8'), first.serviceAccount.publicKey);
});

test('a certificate is renewed near its end, the authority stays', () => {
  const clock = new SteppedClock();
  const same = options({ clock });
  const first = ensureCertificates(same);
  const later = { ...same, clock: new SteppedClock(clock.now() + 340 * DAY) };
  const second = ensureCertificates(later);
  assert.equal(second.ca.certificate, first.ca.certificate);
  assert.equal(second.serviceAccount.privateKey, first.serviceAccount.privateKey);
  assert.notEqual(second.apiserver.certificate, first.apiserver.certificate);
  assert.equal(ensureCertificates(later).apiserver.certificate, second.apiserver.certificate);
});

test('a new address renews the serving certificate only', () => {
  const same = options();
  const first = ensureCertificates(same);
  const second = ensureCertificates({ ...same, addresses: ['192.168.7.7'] });
  assert.notEqual(second.apiserver.certificate, first.apiserver.certificate);
  assert.equal(second.admin.certificate, first.admin.certificate);
});

test('a broken file is made anew, and so is everything a lost authority signed', () => {
  const same = options();
  const first = ensureCertificates(same);
  writeFileSync(first.admin.certificatePath, 'broken');
  const second = ensureCertificates(same);
  assert.notEqual(second.admin.certificate, first.admin.certificate);
  rmSync(first.ca.keyPath);
  const third = ensureCertificates(same);
  const ca = new X509Certificate(third.ca.certificate);
  assert.ok(new X509Certificate(third.admin.certificate).verify(ca.publicKey));
});

test('authorities outlive a clock that is set back, and so does what they have signed', () => {
  const at = (day: number) => new SteppedClock(day * DAY);
  const given = options({ clock: at(1_000) });
  const first = ensureCertificates(given);
  const again = ensureCertificates({ ...given, clock: at(999) });
  assert.equal(again.ca.certificate, first.ca.certificate);
  assert.equal(again.serviceAccount.privateKey, first.serviceAccount.privateKey);
  assert.equal(again.apiserver.certificate, first.apiserver.certificate);
  const validFrom = new X509Certificate(first.apiserver.certificate).validFromDate.getTime();
  assert.ok(validFrom <= at(999).now(), 'a client whose clock is a day behind trusts the server');
});

test('only their owner may read the files', () => {
  const given = options();
  ensureCertificates(given);
  for (const name of readdirSync(given.directory, { recursive: true, encoding: 'utf8' })) {
    const found = statSync(join(given.directory, name));
    if (found.isFile()) assert.equal(found.mode & 0o777, 0o600, name);
  }
});
