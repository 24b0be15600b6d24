import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { CORE, MERGE, NODES, PODS, TwoNodes } from './two-nodes.fake.ts';

let nodes: TwoNodes;
const asNode = (...request: Parameters<TwoNodes['asNode']>) => nodes.asNode(...request);
const refused = (...request: Parameters<TwoNodes['refused']>) => nodes.refused(...request);
const start = async () => {
  nodes = await TwoNodes.start();
};

describe('NodeRestriction of Node objects', () => {
  beforeEach(start);

  it('refuses labels outside the set that is for kubelets', async () => {
    for (const label of [
      'node-role.kubernetes.io/control-plane',
      'foo.k8s.io/x',
      'kubernetes.io/x',
      'node-restriction.kubernetes.io/x',
      'a.node-restriction.kubernetes.io/x',
    ]) {
      const labels = { [label]: 'y' };
      await refused(`is not allowed to modify labels: ${label}`, 'PATCH', `${NODES}/n1`, {
        metadata: { labels },
      });
    }
    const labels = {
      'kubernetes.io/hostname': 'h',
      'topology.kubernetes.io/zone': 'z',
      'node.kubernetes.io/instance-type': 'big',
      'kubelet.kubernetes.io/x': 'y',
      'a.node.kubernetes.io/x': 'y',
      'example.com/mine': 'y',
      plain: 'y',
    };
    assert.deepEqual(await asNode('PATCH', `${NODES}/n1`, { metadata: { labels } }), [200, '']);
  });

  it('refuses them in a new Node too', async () => {
    await nodes.server.call('DELETE', `${NODES}/n1`);
    const fresh = (more: object) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', ...more } });
    await refused(
      'node "n1" is not allowed to set the following labels: node-role.kubernetes.io/control-plane',
      'POST',
      NODES,
      fresh({ labels: { 'node-role.kubernetes.io/control-plane': '' } }),
    );
    assert.equal(
      (await asNode('POST', NODES, fresh({ labels: { 'kubernetes.io/hostname': 'n1' } })))[0],
      201,
    );
  });

  it('refuses changes of taints, owners and the configuration source', async () => {
    await refused('node "n1" is not allowed to modify taints', 'PATCH', `${NODES}/n1`, {
      spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] },
    });
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'x' }];
    for (const path of [`${NODES}/n1`, `${NODES}/n1/status`])
      await refused('node "n1" is not allowed to modify ownerReferences', 'PATCH', path, {
        metadata: { ownerReferences },
      });
    await refused(
      'node "n1" is not allowed to update configSource to a new non-nil configSource',
      'PATCH',
      `${NODES}/n1`,
      { spec: { configSource: { configMap: { namespace: 'a', name: 'b', kubeletConfigKey: 'c' } } } },
    );
  });

  it('refuses changes of other nodes', async () => {
    for (const path of [`${NODES}/n2`, `${NODES}/n2/status`])
      await refused('node "n1" is not allowed to modify node "n2"', 'PATCH', path, {
        metadata: { labels: { plain: 'y' } },
      });
  });
});

describe('NodeRestriction of what nodes have one of', () => {
  before(start);

  it('refuses the Lease and the CSINode of another node, and leases in other namespaces', async () => {
    await create(nodes.server, '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'kube-node-lease' },
    }).catch(() => {});
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const lease = (name: string) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec: { holderIdentity: name },
    });
    await refused(
      'can only access node lease with the same name as the requesting node',
      'POST',
      leases,
      lease('n2'),
    );
    assert.equal((await asNode('POST', leases, lease('n1')))[0], 201);
    const csiNode = (name: string) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name },
      spec: { drivers: [] },
    });
    const csiNodes = '/apis/storage.k8s.io/v1/csinodes';
    await refused(
      'can only access CSINode with the same name as the requesting node',
      'POST',
      csiNodes,
      csiNode('n2'),
    );
    assert.equal((await asNode('POST', csiNodes, csiNode('n1')))[0], 201);
  });

  it('refuses ResourceSlices of other nodes', async () => {
    const slices = '/apis/resource.k8s.io/v1/resourceslices';
    const slice = (name: string, nodeName: string) => ({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name },
      spec: {
        driver: 'd.example.com',
        nodeName,
        pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
        devices: [],
      },
    });
    await refused(
      'can only create ResourceSlice with the same NodeName as the requesting node',
      'POST',
      slices,
      slice('a', 'n2'),
    );
    assert.equal((await asNode('POST', slices, slice('b', 'n1')))[0], 201);
    await create(nodes.server, slices, slice('c', 'n2'));
    await refused(/no relationship found/, 'DELETE', `${slices}/c`);
    assert.equal((await asNode('DELETE', `${slices}/b`))[0], 200);
  });

  it('lets a node change only how far the volume of a claim is expanded', async () => {
    const claims = `${CORE}/persistentvolumeclaims`;
    await create(nodes.server, claims, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
    await create(nodes.server, PODS, aPod('user', { nodeName: 'n1', volumes }));
    const status = `${claims}/data/status`;
    const progress = {
      capacity: { storage: '2Gi' },
      allocatedResources: { storage: '2Gi' },
      allocatedResourceStatuses: { storage: 'NodeResizeInProgress' },
      conditions: [{ type: 'FileSystemResizePending', status: 'True' }],
    };
    assert.equal((await asNode('PATCH', status, { status: progress }))[0], 200);
    for (const change of [
      { status: { phase: 'Bound' } },
      { metadata: { labels: { a: 'b' } } },
      { metadata: { finalizers: ['a.b/c'] } },
    ])
      await refused(/is not allowed to update fields other than status.quantity/, 'PATCH', status, change);
  });
});

describe('NodeRestriction of other users', () => {
  before(start);

  it('refuses every write of a node whose name is unknown', async () => {
    const user = { name: 'system:node:', groups: ['system:nodes', 'system:masters'] };
    const answer = await nodes.server.call('PATCH', `${NODES}/n1`, {}, { user, headers: MERGE });
    assert.match(answer.body.message, /could not determine node from user "system:node:"$/);
  });

  it('does not apply to users outside the group system:nodes', async () => {
    const user = { name: 'system:node:n1', groups: ['system:masters'] };
    const body = { metadata: { labels: { 'foo.k8s.io/x': 'y' } } };
    const answer = await nodes.server.call('PATCH', `${NODES}/n2`, body, { user, headers: MERGE });
    assert.equal(answer.status, 200);
  });
});
