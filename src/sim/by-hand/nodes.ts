// What a kubelet does for its Node object, done by the test: registers it, reports it ready or not, renews its lease.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { rfc3339, rfc3339Micro } from '../../kit/clock.ts';
import type { SimCluster } from '../cluster.ts';
import { aNode } from '../objects/node.ts';

const LEASES = 'kube-node-lease';

/** Makes a node that is Ready, with a lease. */
export async function addNode(cluster: SimCluster, name: string): Promise<void> {
  const { client, clock } = cluster;
  const metadata = { name: LEASES };
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata }).catch(() => {});
  await client.create(Node, aNode(name));
  await setNodeReady(cluster, name, 'True');
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: 40,
    renewTime: rfc3339Micro(clock.now()),
  };
  await client.create(Lease, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: LEASES },
    spec,
  });
}

export async function setNodeReady(
  cluster: SimCluster,
  name: string,
  status: 'True' | 'False',
): Promise<void> {
  const time = rfc3339(cluster.clock.now());
  const ready = { type: 'Ready', status, lastHeartbeatTime: time, lastTransitionTime: time };
  await cluster.client.patch(
    Node,
    name,
    undefined,
    'strategic',
    { status: { conditions: [ready] } },
    { subresource: 'status' },
  );
}

export async function renewLease(cluster: SimCluster, name: string): Promise<void> {
  const spec = { renewTime: rfc3339Micro(cluster.clock.now()) };
  await cluster.client.patch(Lease, name, LEASES, 'merge', { spec });
}
