// A cluster with nodes that have a CSI driver, and CSI controllers that call it without a kubelet.
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder } from '../../client/events/events.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { discoverKinds, groupVersions } from '../../client/rest/discovery.ts';
import { openApiDocument } from '../../client/rest/openapi.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, type SimClusterOptions, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
// Loaded beforehand: a cluster at rest does not wait for files.
import '../csi-attacher/controller.ts';
import '../csi-provisioner/controller.ts';
import '../csi-resizer/controller.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { FakeDriver } from './driver.fake.ts';

export const DRIVER = 'disk.example.com';
/** The label that tells nodes apart. */
export const TOPOLOGY = 'topology.example.com/node';

export interface CsiScene extends SimClusterOptions {
  readonly driver: FakeDriver;
  /** Names of nodes that have the driver; n1 when left out. */
  readonly on?: readonly string[];
}

export async function csiCluster({ driver, on = ['n1'], ...options }: CsiScene): Promise<SimCluster> {
  const cluster = await simCluster({
    ...options,
    settings: { ...options.settings, csi: { callerOf: (node) => driver.on(node) } },
  });
  for (const name of on) await addNode(cluster, name);
  return cluster;
}

export async function addNode(cluster: SimCluster, name: string): Promise<void> {
  const node = aNode(name, {}, {}, { labels: { [TOPOLOGY]: name } });
  const conditions = [{ type: 'Ready', status: 'True' as const }];
  await cluster.client.create(Node, { ...node, status: { ...node.status, conditions } });
  await cluster.client.create(CSINode, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name },
    spec: { drivers: [{ name: DRIVER, nodeID: `id-${name}`, topologyKeys: [TOPOLOGY] }] },
  });
  await cluster.settle();
}

/** Reasons and messages, those of one component if one is named. */
export async function eventsOf(cluster: SimCluster, component?: string): Promise<string[]> {
  const { items } = await cluster.client.list(Event);
  return items
    .filter(({ source }) => component === undefined || source?.component === component)
    .map(({ reason, message }) => `${reason}: ${message}`);
}

/** What a controller that is run by the test itself is given: caches of its own, and the rights of its account. */
export function contextIn(
  cluster: SimCluster,
  account: string,
  through: (client: Client) => Client = (client) => client,
): ControllerContext {
  const { clock, random, transport } = cluster;
  const log = silentLogger;
  const client = through(cluster.serviceAccount(account));
  const reader = cluster.clientOf('system:kube-controller-manager');
  const informers = new InformerFactory({ client: reader, clock, random, log });
  informers.start();
  return {
    ...{ client, informers, clock, random, log },
    events: createEventRecorder({ client: cluster.serviceAccount(account), clock, log, component: account }),
    discover: () => discoverKinds(transport),
    groupVersions: (group) => groupVersions(transport, group),
    openApi: (group, version) => openApiDocument(transport, group, version),
  };
}
