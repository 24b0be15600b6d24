import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { LeaseCandidate } from '../../api/kinds/coordination/v1beta1/lease-candidate.ts';
import { runAsLeader } from '../../client/leader-election/leader-election.ts';
import { keepLeaseCandidate } from '../../client/leader-election/lease-candidate.ts';
import { rfc3339Micro } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { servedApis } from '../runtime-config.ts';
import { startLeaseElection } from './start-lease-election.ts';

const features = new FeatureGates('CoordinatedLeaderElection=true');
const NAMESPACE = 'kube-system';
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';

async function electing(t: TestContext, before: (cluster: SimCluster) => Promise<void> = async () => {}) {
  const apis = await servedApis('coordination.k8s.io/v1beta1=true', features);
  const cluster = await simCluster({ apiServer: { features, ...(apis && { apis }) } });
  const { api, clock, random } = cluster;
  await before(cluster);
  const end = await startLeaseElection({ api, features, apis, clock, random, log: silentLogger });
  const leading: string[] = [];
  const running: (() => Promise<void>)[] = [];
  /** A scheduler, say, of a version. */
  const join = (identity: string, version: string) => {
    const stop = new AbortController();
    const client = cluster.clientOf('system:kube-scheduler');
    const own = { client, clock, random, log: silentLogger, namespace: NAMESPACE, identity };
    const versions = { binaryVersion: '1.36.0', emulationVersion: version };
    const kept = keepLeaseCandidate({ ...own, ...versions, leaseName: 'kube-scheduler' }, stop.signal);
    const led = runAsLeader(
      { ...own, name: 'kube-scheduler', coordinated: true },
      async (signal) => {
        leading.push(identity);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        leading.splice(leading.indexOf(identity), 1);
      },
      stop.signal,
    );
    const leave = async () => {
      stop.abort();
      await Promise.all([kept, led]);
    };
    running.push(leave);
    return leave;
  };
  t.after(async () => {
    for (const leave of running) await leave();
    await end?.();
    await cluster.stop();
  });
  /** In small steps, with a look at each that there is never more than one leader. */
  const until = (what: string, check: () => boolean | Promise<boolean>) =>
    cluster.until(
      what,
      () => {
        assert.ok(leading.length <= 1, `${leading.join(' and ')} lead at once`);
        return check();
      },
      250,
    );
  return { cluster, leading, join, until };
}

const held = async ({ client }: SimCluster) => (await client.get(Lease, 'kube-scheduler', NAMESPACE)).spec!;

describe('coordinated leader election', () => {
  it('gives the lead to the candidate of the oldest emulation version', async (t) => {
    const { cluster, leading, join, until } = await electing(t);
    for (const [name, version] of [
      ['new', '1.36.0'],
      ['old', '1.35.0'],
      ['newer', '1.36.0'],
    ] as const)
      join(name, version);
    await until('somebody leads', () => leading.length > 0);
    assert.deepEqual(leading, ['old']);
    const { strategy, holderIdentity } = await held(cluster);
    assert.deepEqual([strategy, holderIdentity], ['OldestEmulationVersion', 'old']);
    await cluster.step(30_000);
    assert.deepEqual(leading, ['old'], 'renews');
    assert.equal((await held(cluster)).leaseDurationSeconds, 15);
  });

  it('asks the leader to give way to a better candidate, which then leads', async (t) => {
    const { cluster, leading, join, until } = await electing(t);
    join('new', '1.36.0');
    await until('new leads', () => leading.includes('new'));
    join('old', '1.35.0');
    await until('old is preferred', async () => (await held(cluster)).preferredHolder === 'old');
    assert.equal((await held(cluster)).holderIdentity, 'new');
    await until('old leads', () => leading.includes('old'));
    const spec = await held(cluster);
    assert.deepEqual(
      [spec.holderIdentity, spec.preferredHolder, spec.strategy],
      ['old', undefined, 'OldestEmulationVersion'],
    );
  });

  it('does not elect a candidate that does not answer, and collects one after half an hour', async (t) => {
    const silent = (cluster: SimCluster, name: string, minutes: number) =>
      cluster.client.create(LeaseCandidate, {
        apiVersion: 'coordination.k8s.io/v1beta1',
        kind: 'LeaseCandidate',
        metadata: { name, namespace: NAMESPACE },
        spec: {
          ...{ leaseName: 'kube-scheduler', binaryVersion: '1.36.0', emulationVersion: '1.34.0' },
          strategy: 'OldestEmulationVersion',
          renewTime: rfc3339Micro(cluster.clock.now() - minutes * 60_000),
        },
      });
    const { cluster, leading, join, until } = await electing(t, async (made) => {
      await silent(made, 'dead', 29);
      await silent(made, 'gone', 31);
    });
    join('alive', '1.36.0');
    await until('alive leads', () => leading.includes('alive'));
    const { items } = await cluster.client.list(LeaseCandidate);
    assert.deepEqual(items.map(({ metadata }) => metadata.name).sort(), ['alive', 'dead']);
    assert.ok(items.find(({ metadata }) => metadata.name === 'dead')?.spec.pingTime, 'was asked');
  });

  it('ends for a lease whose next holder does not take part in it', async (t) => {
    const { cluster } = await electing(t);
    const { client, clock, random } = cluster;
    await client.create(Lease, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'kube-scheduler', namespace: NAMESPACE },
      spec: {
        ...{ strategy: 'OldestEmulationVersion', preferredHolder: 'a', holderIdentity: 'b' },
        leaseDurationSeconds: 5,
      },
    });
    const stop = new AbortController();
    const own = { client, clock, random, log: silentLogger, namespace: NAMESPACE, identity: 'c' };
    const work = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const led = runAsLeader({ ...own, name: 'kube-scheduler' }, work, stop.signal);
    await cluster.until('c holds it', async () => (await held(cluster)).leaseTransitions === 1, 500);
    const { strategy, preferredHolder } = await held(cluster);
    assert.deepEqual([strategy, preferredHolder], [undefined, undefined]);
    stop.abort();
    await led;
  });

  it('is off without its gate or its API, and new leases then have no strategy', async (t) => {
    const cluster = await simCluster({}, t);
    const { api, clock, random } = cluster;
    const common = { api, clock, random, log: silentLogger };
    const gates = new FeatureGates();
    const apis = await servedApis('coordination.k8s.io/v1beta1=true', features);
    assert.equal(await startLeaseElection({ ...common, apis, features: gates }), undefined);
    assert.equal(await startLeaseElection({ ...common, apis: undefined, features }), undefined);
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'a' },
      spec: { strategy: 'OldestEmulationVersion', preferredHolder: 'b', holderIdentity: 'c' },
    };
    const { body } = await cluster.call('POST', leases, lease);
    assert.deepEqual(body.spec, { holderIdentity: 'c' });
  });

  it('is what strategy and preferredHolder of a lease are for', async (t) => {
    const { cluster } = await electing(t);
    const post = async (name: string, spec: object) => {
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec };
      const { status, body } = await cluster.call('POST', leases, lease);
      return status === 201 ? body.spec : body.message.replace(/^Lease.* is invalid: /, '');
    };
    assert.deepEqual(await post('a', { strategy: 'OldestEmulationVersion', preferredHolder: 'b' }), {
      strategy: 'OldestEmulationVersion',
      preferredHolder: 'b',
    });
    assert.deepEqual(await post('b', { strategy: 'example.com/mine', holderIdentity: '' }), {
      strategy: 'example.com/mine',
      holderIdentity: '',
    });
    assert.equal(
      await post('c', { strategy: 'Best' }),
      'spec.strategy.strategy: Unsupported value: "Best": supported values: "OldestEmulationVersion"',
    );
    assert.equal(
      await post('d', { preferredHolder: 'b' }),
      'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
    );
  });
});
