import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ReplicaSet } from '../../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import { ReplicationController } from '../../../api/kinds/core/v1/replication-controller.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { SimCluster } from '../../../sim/cluster.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { aService } from '../../../sim/objects/service.ts';
import { aReplicaSet, aStatefulSet } from '../../../sim/objects/workloads.ts';
import { podInfo } from '../../cache/pod-info.ts';
import { defaultSelectorFrom } from './default-selector.ts';
import type { DefaultSelector } from './pod-topology-spread.ts';

const labels = { app: 'web', tier: 'front' };

describe('the default selector of a pod', () => {
  let cluster: SimCluster;
  let selectorOf: DefaultSelector;
  beforeEach(async () => {
    cluster = new SimCluster({});
    await cluster.start({});
    selectorOf = defaultSelectorFrom(cluster.informers);
    cluster.informers.start();
  });
  afterEach(() => cluster.stop());

  /** As text; undefined when the pod is not spread by default. */
  async function textFor(owner?: { apiVersion: string; kind: string; name: string }, namespace = 'default') {
    await cluster.settle();
    const ownerReferences = owner && [{ ...owner, uid: 'u', controller: true }];
    const pod = aPod('p', {}, { namespace, labels, ...(owner && { ownerReferences }) });
    return selectorOf(podInfo(pod))?.toString();
  }

  it('is that of a Service that selects the pod', async () => {
    await cluster.client.create(Service, aService('web', { selector: { app: 'web' } }));
    await cluster.client.create(Service, aService('other', { selector: { app: 'db' } }));
    await cluster.client.create(Service, aService('without-selector'));
    assert.equal(await textFor(), 'app=web');
    assert.equal(
      await textFor(undefined, 'elsewhere'),
      undefined,
      'Services of other namespaces do not count',
    );
  });

  it('joins those of all Services and of the owner', async () => {
    await cluster.client.create(Service, aService('front', { selector: { tier: 'front' } }));
    await cluster.client.create(Service, aService('web', { selector: { app: 'web' } }));
    assert.equal(await textFor(), 'app=web,tier=front');
    await cluster.client.delete(Service, 'web', 'default');
    await cluster.client.create(ReplicaSet, aReplicaSet('web'));
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' };
    assert.equal(await textFor(owner), 'app=web,tier=front');
  });

  it('is that of the owner: a ReplicaSet, a StatefulSet or a ReplicationController', async () => {
    await cluster.client.create(ReplicaSet, aReplicaSet('rs'));
    await cluster.client.create(StatefulSet, aStatefulSet('ss'));
    await cluster.client.create(ReplicationController, {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'rc', namespace: 'default' },
      spec: {
        selector: { app: 'rc' },
        template: { metadata: { labels: { app: 'rc' } }, spec: aPod('t').spec },
      },
    });
    assert.equal(await textFor({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs' }), 'app=rs');
    assert.equal(await textFor({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'ss' }), 'app=ss');
    assert.equal(await textFor({ apiVersion: 'v1', kind: 'ReplicationController', name: 'rc' }), 'app=rc');
  });

  it('is none for an owner that is gone or of another kind', async () => {
    assert.equal(await textFor({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'gone' }), undefined);
    assert.equal(await textFor({ apiVersion: 'batch/v1', kind: 'Job', name: 'job' }), undefined);
  });
});
