import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaemonSet } from '../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../api/kinds/apps/v1/deployment.ts';
import { StatefulSet } from '../api/kinds/apps/v1/stateful-set.ts';
import { CronJob } from '../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../api/kinds/batch/v1/job.ts';
import type { Pod } from '../api/kinds/core/v1/pod.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { PodDisruptionBudget } from '../api/kinds/policy/v1/pod-disruption-budget.ts';
import type { AnyResource } from '../api/meta/v1/resource.ts';
import { builtInKinds } from '../api/scheme/kinds.ts';
import { SteppedClock } from '../kit/clock.fake.ts';
import { addNode } from '../sim/by-hand/nodes.ts';
import { runKubelets } from '../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';
import { aPodTemplate } from '../sim/objects/pod.ts';
import { aDaemonSet, aDeployment, aJob, aStatefulSet } from '../sim/objects/workloads.ts';
import { podsOf } from '../sim/observe.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';

const controllers = [
  'cronjob-controller',
  'daemonset-controller',
  'deployment-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'job-controller',
  'node-ipam-controller',
  'node-lifecycle-controller',
  'pod-garbage-collector',
  'replicaset-controller',
  'statefulset-controller',
  'taint-eviction-controller',
  'ttl-after-finished-controller',
];
const inDefault = (name: string) => ({ name, namespace: 'default' });

async function makeEverything({ client }: SimCluster): Promise<void> {
  const matchLabels = { app: 'web' };
  await client.create(Deployment, aDeployment('web', { replicas: 2 }));
  await client.create(DaemonSet, aDaemonSet('agent'));
  const volumeClaimTemplates = [
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];
  const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
  const claims = { volumeClaimTemplates, persistentVolumeClaimRetentionPolicy };
  await client.create(StatefulSet, aStatefulSet('db', { replicas: 2, ...claims }));
  await client.create(Job, aJob('work', { completions: 3, parallelism: 2, completionMode: 'Indexed' }));
  await client.create(Job, aJob('waiting', { suspend: true }));
  await client.create(CronJob, {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: inDefault('later') },
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: aPodTemplate({}, { restartPolicy: 'Never' }) } },
    },
  });
  await client.create(Service, {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: inDefault('web') },
    spec: { selector: matchLabels, ports: [{ port: 80 }], trafficDistribution: 'PreferClose' },
  });
  await client.create(PodDisruptionBudget, {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: inDefault('web') },
    spec: { selector: { matchLabels }, maxUnavailable: 1 },
  });
}

/** By kind and name, the version of every object but events. */
async function versions({ client }: SimCluster): Promise<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  const listed = (kind: AnyResource) =>
    kind.resource.kind !== 'Event' &&
    ['', 'apps', 'batch', 'policy', 'discovery.k8s.io'].includes(kind.resource.group);
  for (const kind of builtInKinds.filter(listed)) {
    const { items } = await client.list(kind).catch(() => ({ items: [] }));
    for (const { metadata } of items as { metadata: Pod['metadata'] }[])
      found[`${kind.resource.kind}/${metadata.namespace ?? ''}/${metadata.name}`] = metadata.resourceVersion;
  }
  return found;
}

test('controllers that start again where nothing changed write nothing', async (t) => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const cluster = await simCluster({ controllers, clock, apiServer: { store } });
  for (const name of ['n1', 'n2']) await addNode(cluster, name);
  await makeEverything(cluster);
  await cluster.settle();
  await runKubelets(cluster);
  const before = await versions(cluster);
  const kinds = new Set(Object.keys(before).map((key) => key.slice(0, key.indexOf('/'))));
  for (const kind of [
    'ControllerRevision',
    'Endpoints',
    'EndpointSlice',
    'Job',
    'PersistentVolumeClaim',
    'Pod',
  ])
    assert.ok(kinds.has(kind), kind);
  assert.equal((await podsOf(cluster)).length, 8);
  await cluster.stop();
  const again = await simCluster({ controllers, clock, apiServer: { store } }, t);
  await again.step(1_000);
  assert.deepEqual(await versions(again), before);
});
