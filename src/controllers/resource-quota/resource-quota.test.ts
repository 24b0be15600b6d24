import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aContainer, aPod, type PodSpec } from '../../sim/objects/pod.ts';
import { aReplicaSet } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';
import { countedKinds } from './controller.ts';

it('a resource of several versions is watched in one of them', () => {
  const names = countedKinds.map(({ resource }) => `${resource.plural}.${resource.group}`);
  assert.deepEqual(names, [...new Set(names)]);
  const autoscalers = countedKinds.filter(({ resource }) => resource.kind === 'HorizontalPodAutoscaler');
  assert.deepEqual(
    autoscalers.map(({ resource }) => resource.version),
    ['v2'],
  );
});

describe('resource quotas', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['resourcequota-controller', 'replicaset-controller'] });
  });
  afterEach(() => cluster.stop());
  const quota = async (hard: Record<string, string>, extra: object = {}) => {
    const metadata = { name: 'q', namespace: 'default' };
    const spec = { hard, ...extra };
    await cluster.client.create(ResourceQuota, { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec });
    await cluster.settle();
  };
  const used = async () => (await cluster.client.get(ResourceQuota, 'q', 'default')).status?.used;
  const pod = (name: string, requests?: Record<string, string>, spec: Partial<PodSpec> = {}): Pod =>
    aPod(name, { containers: [aContainer('main', { resources: { requests } })], ...spec });
  const create = async (...pods: Pod[]) => {
    for (const one of pods) await cluster.client.create(Pod, one);
    await cluster.settle();
  };

  it('report what is used, following creations and deletions', async () => {
    await quota({ pods: '5', 'requests.cpu': '2', memory: '1Gi', 'count/configmaps': '10', services: '9' });
    assert.deepEqual(await used(), {
      'count/configmaps': '0',
      memory: '0',
      pods: '0',
      'requests.cpu': '0',
      // The API server's own.
      services: '1',
    });
    await create(pod('a', { cpu: '250m', memory: '128Mi' }), pod('b', { cpu: '1', memory: '64Mi' }));
    const metadata = { name: 'm', namespace: 'default' };
    await cluster.client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await cluster.settle();
    const now = await used();
    assert.deepEqual(
      [now?.pods, now?.['requests.cpu'], now?.memory, now?.['count/configmaps']],
      ['2', '1250m', '192Mi', '1'],
    );
    await cluster.client.delete(Pod, 'b', 'default', { gracePeriodSeconds: 0 });
    await cluster.settle();
    assert.equal((await used())?.['requests.cpu'], '250m');
  });

  it('refuse what would exceed them, with upstream’s message', async () => {
    await quota({ pods: '1', 'services.nodeports': '1' });
    await create(pod('a'));
    await assert.rejects(
      create(pod('b')),
      /pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1$/,
    );
    const service = (name: string): Service => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { type: 'NodePort', ports: [{ port: 80 }] },
    });
    await cluster.client.create(Service, service('s'));
    await assert.rejects(cluster.client.create(Service, service('t')), /services.nodeports=1/);
  });

  it('require pods to specify requests and limits that the quota limits', async () => {
    await quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' });
    await assert.rejects(
      create(pod('a')),
      /failed quota: q: must specify limits\.memory for: main; requests\.cpu for: main$/,
    );
  });

  it('count only pods in their scopes', async () => {
    await quota({ pods: '1' }, { scopes: ['BestEffort'] });
    await create(pod('a'), pod('b', { cpu: '1' }), pod('c', { cpu: '1' }));
    assert.equal((await used())?.pods, '1');
    await assert.rejects(create(pod('d')), /exceeded quota/);
  });

  it('follow a pod that is given a deadline from one scope into the other', async () => {
    await quota({ pods: '5', 'requests.cpu': '2' }, { scopes: ['NotTerminating'] });
    const metadata = { name: 'ending', namespace: 'default' };
    const spec = { hard: { pods: '5' }, scopes: ['Terminating'] };
    await cluster.client.create(ResourceQuota, { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec });
    await create(pod('a', { cpu: '1' }));
    const ending = async () =>
      (await cluster.client.get(ResourceQuota, 'ending', 'default')).status?.used?.pods;
    assert.deepEqual([await used(), await ending()], [{ pods: '1', 'requests.cpu': '1' }, '0']);
    await cluster.client.patch(Pod, 'a', 'default', 'merge', { spec: { activeDeadlineSeconds: 3600 } });
    await cluster.settle();
    assert.deepEqual([await used(), await ending()], [{ pods: '0', 'requests.cpu': '0' }, '1']);
  });

  it('hold against concurrent writes, and a replica set’s condition says why it has too few pods', async () => {
    await quota({ pods: '2' });
    await cluster.client.create(ReplicaSet, aReplicaSet('web', { replicas: 5 }));
    await cluster.settle();
    assert.equal((await podsOf(cluster)).length, 2);
    const { status } = await cluster.client.get(ReplicaSet, 'web', 'default');
    const failure = status?.conditions?.find((condition) => condition.type === 'ReplicaFailure');
    assert.equal(failure?.reason, 'FailedCreate');
    assert.match(failure?.message ?? '', /exceeded quota: q/);
    await cluster.client.patch(ResourceQuota, 'q', 'default', 'merge', { spec: { hard: { pods: '5' } } });
    await cluster.step(30_000);
    assert.equal((await podsOf(cluster)).length, 5);
  });
});
