import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { TestCluster } from '../../cluster/testing/test-cluster.ts';
import { silentLogger } from '../../kit/log.ts';
import { runAsLeader } from './leader-election.ts';

describe('leader election', () => {
  let cluster: TestCluster;
  let leading: string[];
  beforeEach(async () => {
    cluster = new TestCluster();
    await cluster.start([]);
    leading = [];
  });
  afterEach(() => cluster.stop());

  const candidate = (identity: string) => {
    const stop = new AbortController();
    const { client, clock, random } = cluster;
    const over = runAsLeader(
      { client, clock, random, log: silentLogger, namespace: 'kube-system', name: 'manager', identity },
      (signal) => {
        leading.push(identity);
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            leading.splice(leading.indexOf(identity), 1);
            resolve();
          });
        });
      },
      stop.signal,
    );
    return { stop: () => stop.abort(), over };
  };
  const lease = async () => (await cluster.client.get(Lease, 'manager', 'kube-system')).spec;

  it('gives the lead to one of several, and keeps it there', async () => {
    const a = candidate('a');
    await cluster.settle();
    const b = candidate('b');
    await cluster.step(60_000);
    assert.deepEqual(leading, ['a']);
    assert.equal((await lease())?.holderIdentity, 'a');
    assert.equal((await lease())?.leaseDurationSeconds, 15);
    a.stop();
    b.stop();
    await Promise.all([a.over, b.over]);
  });

  it('passes the lead on at once when the leader lets go', async () => {
    const a = candidate('a');
    await cluster.settle();
    const b = candidate('b');
    await cluster.settle();
    a.stop();
    await a.over;
    await cluster.step(6_000);
    assert.deepEqual(leading, ['b']);
    assert.equal((await lease())?.leaseTransitions, 1);
    b.stop();
    await b.over;
  });

  it('passes the lead on when the leader has not renewed for the length of the lease', async () => {
    const metadata = { name: 'manager', namespace: 'kube-system' };
    const spec = { holderIdentity: 'dead', leaseDurationSeconds: 15, leaseTransitions: 3 };
    await cluster.client.create(Lease, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec,
    });
    const b = candidate('b');
    await cluster.step(10_000);
    assert.deepEqual(leading, []);
    await cluster.step(12_000);
    assert.deepEqual(leading, ['b']);
    assert.equal((await lease())?.leaseTransitions, 4);
    b.stop();
    await b.over;
  });

  it('stops leading when somebody else has taken the lease', async () => {
    const a = candidate('a');
    await cluster.settle();
    const holderIdentity = 'usurper';
    await cluster.client.patch(Lease, 'manager', 'kube-system', 'merge', { spec: { holderIdentity } });
    await cluster.step(14_000);
    assert.deepEqual(leading, []);
    await a.over;
  });
});
