import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { PodSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { configurationHash, contentHash } from './contents.ts';
import { CONFIG_HASH, ROLL_ON_CHANGE } from './controller.ts';
import { decide, LONGEST_WAIT_MS, SETTLED_MS } from './decide.ts';
import { usesOf } from './uses.ts';

const NAMESPACE = 'default';
const start = (t: TestContext) =>
  simCluster({ controllers: ['configuration-rollout-controller', 'deployment-controller'] }, t);

const config = (cluster: SimCluster, name: string, value: string) =>
  cluster.client.patch(
    ConfigMap,
    name,
    NAMESPACE,
    'apply',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: value } },
    { fieldManager: 'test', force: true },
  );

const podSpec = (...maps: string[]): PodSpec => ({
  containers: [{ name: 'main', image: 'x', envFrom: maps.map((name) => ({ configMapRef: { name } })) }],
});

async function deployment(cluster: SimCluster, spec: PodSpec, annotations = { [ROLL_ON_CHANGE]: 'true' }) {
  await cluster.client.create(Deployment, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: NAMESPACE, annotations },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec },
    },
  });
  await cluster.step(SETTLED_MS);
}

const read = (cluster: SimCluster) => cluster.client.get(Deployment, 'web', NAMESPACE);
const stampOf = async (cluster: SimCluster) =>
  (await read(cluster)).spec?.template.metadata?.annotations?.[CONFIG_HASH];
const replicaSets = async (cluster: SimCluster) =>
  (await cluster.client.list(ReplicaSet, { namespace: NAMESPACE })).items.length;

describe('a change of configuration', () => {
  it('rolls what asks for it, once for several changes; opting in rolls nothing', async (t) => {
    const cluster = await start(t);
    await config(cluster, 'one', 'a');
    await config(cluster, 'two', 'a');
    await deployment(cluster, podSpec('one', 'two'));
    assert.equal(await stampOf(cluster), undefined);
    assert.equal(await replicaSets(cluster), 1);
    await config(cluster, 'one', 'b');
    await cluster.step(SETTLED_MS / 2);
    await config(cluster, 'two', 'b');
    await cluster.step(SETTLED_MS / 2);
    assert.equal(await stampOf(cluster), undefined);
    await cluster.step(SETTLED_MS);
    const stamp = await stampOf(cluster);
    assert.ok(stamp);
    assert.equal(await replicaSets(cluster), 2);
    await cluster.step(60_000);
    assert.equal(await stampOf(cluster), stamp);
    assert.equal(await replicaSets(cluster), 2);
  });

  it('that changes no content rolls nothing, nor does one of what nobody uses', async (t) => {
    const cluster = await start(t);
    await config(cluster, 'one', 'a');
    await deployment(cluster, podSpec('one'));
    await cluster.client.patch(ConfigMap, 'one', NAMESPACE, 'merge', { metadata: { labels: { a: 'b' } } });
    await config(cluster, 'other', 'b');
    await cluster.step(60_000);
    assert.equal(await replicaSets(cluster), 1);
  });

  it('rolls nothing without the annotation, and nothing is watched then', async (t) => {
    const cluster = await start(t);
    await config(cluster, 'one', 'a');
    await deployment(cluster, podSpec('one'), { [ROLL_ON_CHANGE]: 'false' });
    await config(cluster, 'one', 'b');
    await cluster.step(60_000);
    assert.equal(await replicaSets(cluster), 1);
    assert.equal((await read(cluster)).metadata.annotations?.[CONFIG_HASH], undefined);
    // Who opts out leaves no trace.
    const annotate = (value: string) =>
      cluster.client.patch(Deployment, 'web', NAMESPACE, 'merge', {
        metadata: { annotations: { [ROLL_ON_CHANGE]: value } },
      });
    await annotate('true');
    await cluster.step(SETTLED_MS);
    assert.ok((await read(cluster)).metadata.annotations?.[CONFIG_HASH]);
    await annotate('false');
    await cluster.step(SETTLED_MS);
    assert.equal((await read(cluster)).metadata.annotations?.[CONFIG_HASH], undefined);
    await config(cluster, 'one', 'c');
    await cluster.step(60_000);
    await annotate('true');
    await cluster.step(60_000);
    assert.equal(await replicaSets(cluster), 1);
  });

  it('leaves a rollback as it is, and rolls at the next change', async (t) => {
    const cluster = await start(t);
    await config(cluster, 'one', 'a');
    await deployment(cluster, podSpec('one'));
    const before = await read(cluster);
    await config(cluster, 'one', 'b');
    await cluster.step(2 * SETTLED_MS);
    assert.equal(await replicaSets(cluster), 2);
    // As kubectl rollout undo does it: the template and annotations of the old ReplicaSet.
    const { generation } = (await read(cluster)).metadata;
    await cluster.client.patch(Deployment, 'web', NAMESPACE, 'json', [
      { op: 'replace', path: '/spec/template', value: before.spec!.template },
      { op: 'replace', path: '/metadata/annotations', value: before.metadata.annotations },
    ]);
    await cluster.step(60_000);
    const undone = await read(cluster);
    assert.equal(undone.metadata.generation, generation! + 1);
    assert.equal(await stampOf(cluster), undefined);
    await config(cluster, 'one', 'a');
    await cluster.step(2 * SETTLED_MS);
    assert.ok(await stampOf(cluster));
  });

  it('is known after the controller was away', async (t) => {
    const cluster = await simCluster({ controllers: ['configuration-rollout-controller'] });
    await config(cluster, 'one', 'a');
    await deployment(cluster, podSpec('one'));
    const { store, clock } = cluster;
    await config(cluster, 'one', 'b');
    // Before it has waited long enough.
    await cluster.stop();
    const controllers = ['configuration-rollout-controller'];
    const other = await simCluster({ controllers, apiServer: { store }, clock }, t);
    await other.step(2 * SETTLED_MS);
    assert.ok(await stampOf(other));
  });

  it('waits for what a template needs', async (t) => {
    const cluster = await start(t);
    await deployment(cluster, podSpec('late'));
    assert.equal((await read(cluster)).metadata.annotations?.[CONFIG_HASH], undefined);
    await config(cluster, 'late', 'a');
    await cluster.step(SETTLED_MS);
    assert.ok((await read(cluster)).metadata.annotations?.[CONFIG_HASH]);
    assert.equal(await replicaSets(cluster), 1);
  });

  it('of a Secret rolls a StatefulSet', async (t) => {
    const cluster = await start(t);
    const secret = (value: string) =>
      cluster.client.patch(
        Secret,
        'token',
        NAMESPACE,
        'apply',
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, stringData: { key: value } },
        { fieldManager: 'test', force: true },
      );
    await secret('a');
    await cluster.client.create(StatefulSet, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: NAMESPACE, annotations: { [ROLL_ON_CHANGE]: 'true' } },
      spec: {
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: {
            containers: [{ name: 'main', image: 'x' }],
            volumes: [{ name: 'v', secret: { secretName: 'token' } }],
          },
        },
      },
    });
    await cluster.step(SETTLED_MS);
    await secret('b');
    await cluster.step(2 * SETTLED_MS);
    const { spec } = await cluster.client.get(StatefulSet, 'db', NAMESPACE);
    const stamp = spec?.template.metadata?.annotations?.[CONFIG_HASH];
    assert.ok(stamp);
    // Nobody finds out the value by trying.
    const guess = contentHash([{ key: Buffer.from('b').toString('base64') }, {}]);
    const uses = usesOf(spec.template.spec);
    assert.notEqual(
      stamp,
      configurationHash(uses, () => guess),
    );
    const { uid } = (await cluster.client.get(Secret, 'token', NAMESPACE)).metadata;
    const known = contentHash([{ key: Buffer.from('b').toString('base64') }, {}], uid);
    assert.equal(
      stamp,
      configurationHash(uses, () => known),
    );
  });
});

describe('deciding', () => {
  const seen = { hash: 'new', recorded: 'old', stamp: undefined, now: 0 };

  it('waits until nothing changes any more, but not for ever', () => {
    let known = { rolled: 'old' } as Parameters<typeof decide>[0];
    let rolledAt = 0;
    for (let now = 0; now <= 30_000 && rolledAt === 0; now += 1_000) {
      const decision = decide(known, { ...seen, hash: `new ${now}`, now });
      known = decision.known;
      if (decision.type === 'roll') rolledAt = now;
    }
    assert.equal(rolledAt, LONGEST_WAIT_MS);
  });

  it('takes back what was changed back in time', () => {
    const { known } = decide({ rolled: 'old' }, seen);
    assert.equal(decide(known, { ...seen, hash: 'old', now: 500 }).type, 'nothing');
  });

  it('gives a template that has the hash another one', () => {
    const { known } = decide({ rolled: 'old' }, { ...seen, stamp: 'new' });
    const decision = decide(known, { ...seen, stamp: 'new', now: SETTLED_MS });
    assert.ok(decision.type === 'roll' && decision.stamp !== 'new');
  });
});

describe('what a template uses', () => {
  it('is found in env, envFrom and volumes, but not among pull secrets', () => {
    const uses = usesOf({
      imagePullSecrets: [{ name: 'pull' }],
      initContainers: [
        { name: 'i', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's1', key: 'k' } } }] },
      ],
      containers: [
        {
          name: 'c',
          env: [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'c1', key: 'k', optional: true } } }],
          envFrom: [{ configMapRef: { name: 'c2', optional: true } }, { secretRef: { name: 's2' } }],
        },
      ],
      volumes: [
        { name: 'a', configMap: { name: 'c1' } },
        { name: 'b', secret: { secretName: 's3', optional: true } },
        { name: 'p', projected: { sources: [{ configMap: { name: 'c3' } }, { secret: { name: 's4' } }] } },
      ],
    });
    assert.deepEqual(
      uses.map(({ kind, name, optional }) => `${kind}/${name}${optional ? '?' : ''}`),
      [
        ...['ConfigMap/c1', 'ConfigMap/c2?', 'ConfigMap/c3'],
        ...['Secret/s1', 'Secret/s2', 'Secret/s3?', 'Secret/s4'],
      ],
    );
  });

  it('has the same hash whatever the order of keys, and another one when a value moves to another key', () => {
    assert.equal(contentHash([{ a: '1', b: '2' }]), contentHash([{ b: '2', a: '1' }]));
    assert.notEqual(contentHash([{ a: '1', b: '' }]), contentHash([{ a: '', b: '1' }]));
    assert.notEqual(contentHash([{ a: '1' }, {}]), contentHash([{}, { a: '1' }]));
    assert.notEqual(contentHash([{ a: '1' }], 'one'), contentHash([{ a: '1' }], 'other'));
  });
});
