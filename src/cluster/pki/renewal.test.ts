import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { watchCertificates } from './certificate-watch.ts';
import {
  type CertificatesOptions,
  type ClusterCertificates,
  ensureCertificates,
} from './ensure-certificates.ts';
import { expirations, renewCertificates } from './expirations.ts';

const base = mkdtempSync(join(tmpdir(), 'renewal-'));
after(() => rmSync(base, { recursive: true }));
let count = 0;
const DAY = 86_400_000;
/** Milliseconds between two looks at the files. */
const CHECK = 10_000;

/** With certificates of that age in milliseconds. */
function scene(renews: boolean, age = 0) {
  const clock = new SteppedClock();
  const nodes = [{ name: 'node-1', addresses: ['10.77.0.1'] }];
  const files: CertificatesOptions = { directory: join(base, String(count++)), clock, nodes };
  const current = ensureCertificates({ ...files, clock: new SteppedClock(clock.now() - age) });
  const seen: ClusterCertificates[] = [];
  const onChange = (certificates: ClusterCertificates) => seen.push(certificates);
  const timer = watchCertificates({ files, current, renews, log: silentLogger, onChange });
  return { clock, files, current, seen, timer };
}

test('certificates are renewed a month before they end, while the process runs', async () => {
  const { clock, current, seen, timer } = scene(true, 335 * DAY - 3 * CHECK);
  await clock.step(2 * CHECK);
  assert.equal(seen.length, 0);
  await clock.step(10 * CHECK);
  timer.cancel();
  assert.equal(seen.length, 1);
  const [renewed] = seen;
  assert.equal(renewed!.ca.certificate, current.ca.certificate);
  for (const pick of [
    (all: ClusterCertificates) => all.apiserver,
    (all: ClusterCertificates) => all.admin,
    (all: ClusterCertificates) => all.kubelets.get('node-1')!.serving,
  ]) {
    assert.notEqual(pick(renewed!).certificate, pick(current).certificate);
    assert.ok(
      new X509Certificate(pick(renewed!).certificate).validToDate.getTime() > clock.now() + 300 * DAY,
    );
  }
});

test('a process that does not renew takes up what another one wrote, once the files no longer change', async () => {
  const { clock, files, current, seen, timer } = scene(false);
  renewCertificates(files.directory, 'apiserver', clock);
  await clock.step(CHECK);
  renewCertificates(files.directory, 'admin', clock);
  await clock.step(CHECK);
  assert.equal(seen.length, 0);
  await clock.step(CHECK);
  timer.cancel();
  assert.equal(seen.length, 1);
  assert.notEqual(seen[0]!.admin.certificate, current.admin.certificate);
});

test('a renewed certificate has the subject, the names and the usages of the old one', () => {
  const { clock, files, current, timer } = scene(false);
  timer.cancel();
  const names = renewCertificates(files.directory, 'all', clock);
  assert.ok(
    names.includes('apiserver') && names.includes('kubelets/node-1/kubelet') && !names.includes('ca'),
  );
  const renewed = ensureCertificates(files);
  for (const key of ['apiserver', 'admin', 'frontProxyClient', 'scheduler'] as const) {
    const [old, now] = [current[key], renewed[key]].map((one) => new X509Certificate(one.certificate));
    assert.notEqual(now!.fingerprint256, old!.fingerprint256);
    assert.deepEqual(
      [now!.subject, now!.subjectAltName, now!.keyUsage],
      [old!.subject, old!.subjectAltName, old!.keyUsage],
    );
  }
});

test('expirations name each certificate with its authority, authorities last', () => {
  const { clock, files, timer } = scene(false);
  timer.cancel();
  writeFileSync(join(files.directory, 'broken.crt'), 'x');
  const all = expirations(files.directory);
  assert.deepEqual(
    all.slice(-2).map(({ name, authority }) => [name, authority]),
    [
      ['ca', undefined],
      ['front-proxy-ca', undefined],
    ],
  );
  const proxy = all.find(({ name }) => name === 'front-proxy-client')!;
  assert.deepEqual([proxy.authority, proxy.notAfter], ['front-proxy-ca', clock.now() + 365 * DAY]);
  assert.throws(
    () => renewCertificates(files.directory, 'nothing', clock),
    /there is no certificate nothing/,
  );
  assert.throws(() => expirations(join(base, 'nowhere')), /there are no certificates/);
});
