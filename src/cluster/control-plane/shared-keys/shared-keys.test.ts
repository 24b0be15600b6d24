// Servers that have one store and keys of their own files: what is changed on one of them, all have.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Lease } from '../../../api/kinds/coordination/v1/lease.ts';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { silentLogger } from '../../../kit/log.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { addNextKey, ensureEncryption, useNextKey } from '../../encryption/config-file.ts';
import { ensureCertificates } from '../../pki/ensure-certificates.ts';
import { rotateServiceAccountKey } from '../../pki/service-account-keys.ts';
import { keysAgreed } from './agreed.ts';
import { digestOf, readKeys } from './key-files.ts';
import { adoptStored, SharedKeys } from './shared-keys.ts';
import { NAME, NAMESPACE, STORED_AT } from './stored-keys.ts';

let cluster: SimCluster;
let root: string;
const running = new Map<string, SharedKeys>();

beforeEach(async () => {
  cluster = await simCluster();
  root = mkdtempSync(join(tmpdir(), 'shared-keys-'));
  ensureCertificates({ directory: pki('a'), clock: cluster.clock, nodes: [] });
  ensureEncryption(pki('a'), cluster.random);
  for (const name of ['b', 'c']) cpSync(pki('a'), pki(name), { recursive: true });
});
afterEach(async () => {
  for (const one of running.values()) await one.stop();
  running.clear();
  await cluster.stop();
  rmSync(root, { recursive: true });
});

const pki = (name: string) => join(root, name);
const digest = (name: string) => digestOf(readKeys(pki(name)));

/** The API server of the test says its own in its Lease. */
const serverName = (name: string) => (name === 'a' ? hostname() : name);

function start(name: string): { changes: number } {
  const { client, clock, random } = cluster;
  const seen = { changes: 0 };
  const onChange = async () => void seen.changes++;
  const options = {
    pki: pki(name),
    server: serverName(name),
    client,
    onChange,
    clock,
    random,
    log: silentLogger,
  };
  running.set(name, new SharedKeys(options));
  return seen;
}
async function stop(name: string): Promise<void> {
  await running.get(name)!.stop();
  running.delete(name);
}
const alike = (...names: string[]) =>
  cluster.until(
    'all have the same keys',
    () => names.every((name) => digest(name) === digest(names[0]!)),
    200,
  );
const map = () => cluster.client.get(ConfigMap, NAME, NAMESPACE);

describe('keys of several servers', () => {
  it('are changed on one of them, and all use them', async () => {
    const seen = start('b');
    start('a');
    await cluster.clock.step(3_000);
    const before = digest('b');
    rotateServiceAccountKey(pki('a'), 'publish', cluster.clock);
    await cluster.until('the change', () => digest('b') !== before, 200);
    await alike('a', 'b');
    await cluster.until('it is used', () => seen.changes === 1, 20);
    rotateServiceAccountKey(pki('b'), 'sign', cluster.clock);
    await alike('a', 'b');
    assert.equal(readKeys(pki('a'))['sa-next.key'], undefined);
    rotateServiceAccountKey(pki('b'), 'retire', cluster.clock, true);
    await alike('a', 'b');
    await cluster.clock.step(5_000);
    assert.equal(readKeys(pki('a'))['sa-previous.pub'], undefined, 'what is retired does not come back');
  });

  it('are those of the others when a server starts that was down meanwhile', async () => {
    start('a');
    start('b');
    await cluster.clock.step(3_000);
    await stop('b');
    rotateServiceAccountKey(pki('a'), 'publish', cluster.clock);
    rotateServiceAccountKey(pki('a'), 'sign', cluster.clock);
    await cluster.clock.step(3_000);
    adoptStored(cluster.store, pki('b'));
    assert.equal(digest('b'), digest('a'));
  });

  it('of two changes at a time lose none that has signed', async () => {
    start('a');
    start('b');
    await cluster.clock.step(3_000);
    await stop('a');
    const old = readKeys(pki('a'))['sa.pub']!;
    for (const name of ['a', 'b'])
      for (const step of ['publish', 'sign'] as const)
        rotateServiceAccountKey(pki(name), step, cluster.clock);
    const signed = ['a', 'b'].map((name) => readKeys(pki(name))['sa.pub']!);
    await cluster.clock.step(3_000);
    start('a');
    await alike('a', 'b');
    await cluster.clock.step(3_000);
    const { 'sa.pub': now = '', 'sa-previous.pub': previous = '' } = readKeys(pki('b'));
    for (const key of [old, ...signed]) assert.ok((now + previous).includes(key));
    assert.equal(digest('a'), digest('b'));
  });

  it('are sealed, and nobody but a server brings others, or former ones', async () => {
    start('a');
    start('b');
    await cluster.clock.step(3_000);
    const former = await map();
    const secret = readKeys(pki('a'))['sa.key']!;
    assert.ok(!JSON.stringify(former).includes(secret.slice(40, 80)));
    assert.ok(!Buffer.from(former.data!.sealed!, 'base64').toString('latin1').includes('PRIVATE'));
    rotateServiceAccountKey(pki('a'), 'publish', cluster.clock);
    await cluster.until('the change', () => readKeys(pki('b'))['sa-next.key'] !== undefined, 200);
    for (const sealed of [former.data!.sealed!, Buffer.from('{}').toString('base64'), '']) {
      await cluster.client.patch(ConfigMap, NAME, NAMESPACE, 'merge', { data: { sealed } });
      await cluster.clock.step(3_000);
      assert.ok(readKeys(pki('b'))['sa-next.key'], 'the newer ones stay');
      assert.notEqual((await map()).data!.sealed, sealed);
    }
    await cluster.client.delete(ConfigMap, NAME, NAMESPACE);
    await cluster.until('it is there again', () => cluster.store.get(STORED_AT) !== undefined, 200);
  });

  it('are agreed when every server has them, also one that is down', async () => {
    const { client, clock, random } = cluster;
    for (const name of ['b', 'c'])
      await client.create(Lease, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: {
          ...{ name: `apiserver-${name}`, namespace: 'kube-system' },
          labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': name },
        },
      });
    for (const name of ['a', 'b', 'c']) start(name);
    await cluster.clock.step(3_000);
    const agreed = () => {
      const told = { now: false };
      void keysAgreed({ client, pki: pki('a'), clock }).then(
        () => {
          told.now = true;
        },
        () => {},
      );
      return told;
    };
    addNextKey(pki('a'), random);
    const first = agreed();
    await cluster.until('an agreement', () => first.now, 200);
    await alike('a', 'b', 'c');
    await stop('c');
    useNextKey(pki('a'));
    const second = agreed();
    await cluster.clock.step(10_000);
    assert.equal(second.now, false);
    start('c');
    await cluster.until('an agreement', () => second.now, 200);
  });
});
