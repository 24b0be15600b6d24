import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import { type SimCluster, type SimClusterOptions, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod, aContainer, aPod, aPodTemplate } from '../../sim/objects/pod.ts';
import { type Api, accountOf } from './ask.ts';
import { readWorkload } from './workloads.ts';

describe('what tiphys why asks for', () => {
  let cluster: SimCluster;
  let api: Api;
  const start = async (options: SimClusterOptions) => {
    cluster = await simCluster(options);
    const { client, transport } = cluster;
    api = { client, transport, signal: new AbortController().signal };
  };
  afterEach(() => cluster.stop());

  const huge = aPod('huge', { containers: [aContainer('main', { resources: { requests: { cpu: '9' } } })] });

  async function account(name: string) {
    const asked = accountOf(api, await cluster.client.get(Pod, name, 'default'));
    await cluster.settle();
    return asked;
  }

  it('is the placement of a pod without a node', async () => {
    await start({ scheduler: true });
    await cluster.client.create(Node, aNode('n1'));
    await cluster.client.create(Pod, huge);
    await cluster.settle();
    const { placement, withoutPlacement, problems, events } = await account('huge');
    assert.equal(placement?.state, 'Unschedulable');
    assert.equal(placement?.nodes?.verdicts[0]?.node, 'n1');
    assert.deepEqual([withoutPlacement, problems, events], [undefined, [], []]);
  });

  it('is what the pod says of itself where no scheduler answers', async () => {
    await start({});
    const pod = await cluster.client.create(Pod, huge);
    const condition = { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' } as const;
    const status: Pod['status'] = { phase: 'Pending', conditions: [condition] };
    await cluster.client.update(Pod, { ...pod, status }, { subresource: 'status' });
    const { placement, withoutPlacement } = await account('huge');
    assert.equal(placement, undefined);
    assert.deepEqual(withoutPlacement, {
      error: 'no scheduler runs in the process of this API server',
      message: '0/1 nodes are available',
    });
  });

  it('is the status and the warnings of a pod that has a node and does not run', async () => {
    await start({ nodes: 1 });
    const env = [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'missing', key: 'k' } } }];
    await cluster.client.create(Pod, aBoundPod('no-config', { containers: [aContainer('main', { env })] }));
    await cluster.step(5_000);
    const { placement, problems, events } = await account('no-config');
    assert.equal(placement, undefined);
    assert.deepEqual(
      problems.map(({ where, reason }) => [where, reason]),
      [['container main', 'CreateContainerConfigError']],
    );
    assert.equal(events[0]?.reason, 'Failed');
  });

  it('is what was said last of the volumes of a pod that has not started', async () => {
    await start({});
    const pod = await cluster.client.create(Pod, aBoundPod('web'));
    const involvedObject = { kind: 'Pod', namespace: 'default', name: 'web', uid: pod.metadata.uid! };
    const about = { type: 'Warning', reason: 'FailedMount', message: 'no such directory', involvedObject };
    const metadata = { name: 'web.1', namespace: 'default' };
    await cluster.client.create(Event, { apiVersion: 'v1', kind: 'Event', metadata, ...about });
    const { problems } = await account('web');
    assert.deepEqual(problems[0], { where: 'pod', reason: 'FailedMount', message: 'no such directory' });
  });

  it('is, for a Deployment, what keeps its ReplicaSets from making pods', async () => {
    await start({ controllers: ['deployment-controller', 'replicaset-controller'] });
    const quota = await cluster.client.create(ResourceQuota, {
      ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'default' } },
      spec: { hard: { pods: '0' } },
    });
    const status = { hard: { pods: '0' }, used: { pods: '0' } };
    await cluster.client.update(ResourceQuota, { ...quota, status }, { subresource: 'status' });
    const labels = { app: 'web' };
    await cluster.client.create(Deployment, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' } },
      spec: { selector: { matchLabels: labels }, template: aPodTemplate(labels) },
    });
    await cluster.step(2_000);
    const { accounts, pods } = await readWorkload(cluster.client, 'Deployment', 'default', 'web');
    assert.deepEqual(pods, []);
    assert.deepEqual(
      accounts.map(({ workload }) => workload.replace(/-.*/, '-…')),
      ['deployment/web', 'replicaset/web-…'],
    );
    const [, set] = accounts;
    assert.equal(set?.conditions[0]?.type, 'ReplicaFailure');
    assert.match(set?.conditions[0]?.message ?? '', /exceeded quota: none/);
    assert.match(set?.events[0]?.message ?? '', /exceeded quota: none/);
  });
});
