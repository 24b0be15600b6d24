// A node's certificates through years of simulated time, signed by the controllers of a cluster in memory.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { seededRandom } from '../../kit/random.ts';
import { makeCertificate } from '../../kit/x509/certificate.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { privateKeyText } from '../pki/credential-files.ts';
import { clientTerms } from './bootstrap.ts';
import { readCertificateFile, writeCertificateFile } from './certificate-file.ts';
import { hasNames, renewalTime } from './certificate-renewal.ts';
import { type NodeCertificatesOptions, renewClientCertificate } from './node-certificates.ts';
import { nodeFiles } from './node-files.ts';
import { requestCertificate } from './request-certificate.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SELF = 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient';

function authority() {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName: 'kubernetes' };
  const terms = {
    ...{ subject, authority: true, usages: ['cert sign'], serial: Buffer.of(1), publicKey: keys.publicKey },
    notBefore: Date.UTC(2020, 0, 1),
    notAfter: Date.UTC(2050, 0, 1),
  };
  return { certificate: makeCertificate(terms, { subject, ...keys }), key: privateKeyText(keys.privateKey) };
}

async function scene(t: NonNullable<Parameters<typeof simCluster>[1]>) {
  const controllers = [
    'certificatesigningrequest-approving-controller',
    'certificatesigningrequest-signing-controller',
  ];
  const cluster = await simCluster({ controllers, settings: { signing: authority() } }, t);
  const directory = mkdtempSync(join(tmpdir(), 'tph-renewal-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const files = nodeFiles(directory);
  const transport = cluster.transportOf('system:node:n1', ['system:nodes', 'system:authenticated']);
  const client = new RestClient({ transport, clock: cluster.clock });
  return { cluster, files, client };
}

const allow = (cluster: SimCluster) =>
  cluster.client.create(ClusterRoleBinding, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'rotation' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: SELF },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
  });

async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = systemClock.monotonic() + 20_000;
  while (!(await holds())) {
    assert.ok(systemClock.monotonic() < end, what);
    await systemClock.sleep(10);
  }
}

/** Lets simulated time pass until the condition holds. */
const passing = (cluster: SimCluster, what: string, holds: () => boolean) =>
  eventually(what, async () => {
    await cluster.step(1_000);
    return holds();
  });

function optionsOf(
  { cluster, files, client }: Awaited<ReturnType<typeof scene>>,
  more: Partial<NodeCertificatesOptions> = {},
): NodeCertificatesOptions {
  const { clock } = cluster;
  return {
    ...{ name: 'n1', files, client, clock, log, random: seededRandom(3) },
    onClient: () => {},
    onServing: () => {},
    ...more,
  };
}

test('a request is waited for until somebody approves it, and a denial ends the wait', async (t) => {
  const { cluster, client } = await scene(t);
  const outcome = requestCertificate(client, clientTerms('n1'), { clock: cluster.clock, log }).catch(
    (error: Error) => error.message,
  );
  await cluster.step(30_000);
  const [asked] = (await cluster.client.list(CertificateSigningRequest)).items;
  assert.equal(asked!.spec.username, 'system:node:n1');
  const denied = { type: 'Denied', status: 'True', reason: 'No', message: 'not you' };
  await cluster.client.update(
    CertificateSigningRequest,
    { ...asked!, status: { conditions: [denied] } },
    { subresource: 'approval' },
  );
  await cluster.step(2_000);
  assert.equal(await outcome, 'certificate signing request is denied, reason: No, message: not you');
});

test('nobody waits for ever', async (t) => {
  const { cluster, client } = await scene(t);
  const outcome = requestCertificate(client, clientTerms('n1'), { clock: cluster.clock, log }).catch(
    (error: Error) => error.message,
  );
  let ended = false;
  void outcome.then(() => {
    ended = true;
  });
  for (let i = 0; i < 20 && !ended; i++) await cluster.step(60_000);
  assert.match(String(await outcome), /was not signed: timed out waiting for the condition/);
});

test('a certificate is replaced between 70 and 90 % of its life, by another key, and the file always holds a pair', async (t) => {
  const parts = await scene(t);
  const { cluster, files } = parts;
  await allow(cluster);
  writeCertificateFile(files.client, makeOld(cluster.clock.now(), cluster.clock.now() + 10 * HOUR));
  let changes = 0;
  const renewal = renewClientCertificate(optionsOf(parts, { onClient: () => changes++ }));
  renewal.start();
  t.after(() => renewal.stop());
  const first = readCertificateFile(files.client)!;
  const [begin, end] = [first.x509.validFromDate.getTime(), first.x509.validToDate.getTime()];
  await cluster.step((end - begin) * 0.69);
  assert.equal(changes, 0);
  while (changes === 0 && cluster.clock.now() < end) await cluster.step(HOUR / 20);
  const share = (cluster.clock.now() - begin) / (end - begin);
  assert.ok(share > 0.7 && share < 0.92, `at ${share}`);
  const second = readCertificateFile(files.client)!;
  assert.notEqual(second.key, first.key);
  assert.equal(second.x509.subject, 'O=system:nodes\nCN=system:node:n1');
  assert.ok(second.x509.validToDate.getTime() > end);
});

test('the moment is chosen anew for each certificate', () => {
  const x509 = { validFromDate: new Date(0), validToDate: new Date(1_000_000) };
  const at = (float: number) => renewalTime({ x509 } as never, { float: () => float });
  assert.deepEqual([at(0), at(0.5), at(1)].map(Math.round), [700_000, 800_000, 900_000]);
});

test('while nobody signs, the old certificate stays and it is tried again; later it is replaced', async (t) => {
  const parts = await scene(t);
  const { cluster, files } = parts;
  const old = makeOld(cluster.clock.now() - 9 * DAY, cluster.clock.now() + DAY);
  writeCertificateFile(files.client, old);
  let changes = 0;
  const renewal = renewClientCertificate(optionsOf(parts, { onClient: () => changes++ }));
  renewal.start();
  t.after(() => renewal.stop());
  await cluster.step(120_000);
  assert.equal(readFileSync(files.client, 'utf8'), old.certificate + old.key);
  await allow(cluster);
  await passing(cluster, 'another certificate', () => changes === 1);
});

test('an expired certificate is replaced with a token, and without one the node says what to do', async (t) => {
  const parts = await scene(t);
  const { cluster, files } = parts;
  const old = makeOld(cluster.clock.now() - 9 * DAY, cluster.clock.now() - DAY);
  writeCertificateFile(files.client, old);
  const said: string[] = [];
  const telling = { ...log, warn: (text: string, facts?: object) => said.push(text + JSON.stringify(facts)) };
  const without = renewClientCertificate(optionsOf(parts, { log: telling as never }));
  without.start();
  await eventually('an error', () => said.length > 0);
  without.stop();
  assert.match(
    said[0]!,
    /expired at .*the clock of this machine says .*create a token with .*tiphys token create.* and join again with --token and --ca-hash/,
  );
  const fresh = makeOld(cluster.clock.now(), cluster.clock.now() + 300 * DAY);
  let changes = 0;
  const withToken = renewClientCertificate(
    optionsOf(parts, { again: async () => fresh, onClient: () => changes++ }),
  );
  withToken.start();
  t.after(() => withToken.stop());
  await eventually('another certificate', () => changes === 1);
  assert.equal(readCertificateFile(files.client)!.key, fresh.key);
});

test('a serving certificate counts only with all of the node’s names', () => {
  const { certificate, key } = makeOld(0, DAY, ['n1', '192.0.2.1', '2001:db8::1']);
  const directory = mkdtempSync(join(tmpdir(), 'tph-renewal-'));
  const path = join(directory, 'x.pem');
  writeCertificateFile(path, { certificate, key });
  const stored = readCertificateFile(path)!;
  rmSync(directory, { recursive: true });
  assert.ok(hasNames(stored, ['n1', '192.0.2.1', '2001:db8::1']));
  assert.ok(!hasNames(stored, ['n1', '192.0.2.2']));
  assert.ok(!hasNames(stored, ['n2']));
});

function makeOld(notBefore: number, notAfter: number, names: readonly string[] = []) {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName: 'system:node:n1', organizations: ['system:nodes'] };
  const terms = {
    subject,
    usages: [],
    names,
    notBefore,
    notAfter,
    serial: Buffer.of(7),
    publicKey: keys.publicKey,
  };
  return { certificate: makeCertificate(terms, { subject, ...keys }), key: privateKeyText(keys.privateKey) };
}
