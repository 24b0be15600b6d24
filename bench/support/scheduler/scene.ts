// A control plane without controllers, nodes that are objects only, and what a watch of the pods has seen. Service accounts are made
// here, since nobody else makes them.
import { join } from 'node:path';
import { Namespace } from '../../../src/api/kinds/core/v1/namespace.ts';
import { Node } from '../../../src/api/kinds/core/v1/node.ts';
import { Pod } from '../../../src/api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../src/api/kinds/core/v1/service-account.ts';
import { PriorityClass } from '../../../src/api/kinds/scheduling/v1/priority-class.ts';
import { keyOf } from '../../../src/api/meta/v1/object.ts';
import type { Client } from '../../../src/client/client.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { aNode } from '../../../src/sim/objects/node.ts';
import { startTestCluster } from '../../../test/support/cluster.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { clientTo } from '../client.ts';

/** Of the pods that are there before, and of those that are measured. */
export const BEFORE = 'sched-0';
export const MEASURED = 'sched-1';
export const ZONES = ['zone1', 'zone2', 'zone3'];
export const nodeName = (index: number): string => `node-${index}`;

/** Requests that are under way at the same time. */
const AT_ONCE = 64;
const PATIENCE_MS = 300_000;

export interface Scene {
  readonly client: Client;
  readonly nodes: number;
  /** Of upstream's numbers of pods: 1 for all of them. */
  readonly share: number;
  /** Monotonic milliseconds at which the watch saw a pod bound, by namespace and name. */
  readonly bound: ReadonlyMap<string, number>;
  create(pods: readonly Pod[]): Promise<void>;
  /** Resolves when all of them have a node. */
  allBound(pods: readonly Pod[]): Promise<void>;
  /** Every pod of both namespaces is gone. */
  clear(): Promise<void>;
  metrics(): Promise<string>;
  /** Process number of the control plane. */
  readonly controlPlane: number;
  close(): Promise<void>;
}

/** Calls `work` for each, many at a time. */
export async function forEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const one = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

export async function openScene(nodes: number, share: number): Promise<Scene> {
  const flags = ['--without', 'controller-manager'];
  const cluster = await startTestCluster({ name: 'tph-bench-sched', nodes: 0, flags });
  const { client, transport } = clientTo(join(cluster.directory, 'kubeconfig'));
  const ended = new AbortController();
  const bound = new Map<string, number>();
  const close = async () => {
    ended.abort();
    transport.close();
    await cluster.down();
  };
  try {
    for (const name of [BEFORE, MEASURED]) await makeNamespace(client, name);
    await client.create(PriorityClass, {
      ...{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' } },
      value: 10,
    });
    await forEach(
      Array.from({ length: nodes }, (_, i) => i),
      (i) => makeNode(client, nodeIn(ZONES[i % ZONES.length]!, nodeName(i))),
    );
    follow(client, bound, ended.signal);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    client,
    nodes,
    share,
    bound,
    create: (pods) => forEach(pods, (pod) => client.create(Pod, pod)),
    allBound: async (pods) => {
      const keys = pods.map(keyOf);
      await eventually(
        `${keys.length} pods have a node`,
        () => keys.every((key) => bound.has(key)),
        PATIENCE_MS,
      );
    },
    clear: async () => {
      for (const namespace of [BEFORE, MEASURED]) {
        await client.deleteCollection(Pod, { namespace }, { gracePeriodSeconds: 0 });
        const isEmpty = async () => (await client.list(Pod, { namespace, limit: 1 })).items.length === 0;
        await eventually('no pods are left', isEmpty, PATIENCE_MS);
      }
      bound.clear();
    },
    controlPlane: cluster.processes().controlPlane,
    metrics: () => cluster.kubectl('get', '--raw', '/metrics'),
    close,
  };
}

/** Sees each pod once, when it is bound: what the client does takes time from what it measures. */
function follow(client: Client, bound: Map<string, number>, signal: AbortSignal): void {
  const query = { fieldSelector: 'spec.nodeName!=' };
  const watch = async () => {
    for await (const { type, object } of await client.watch(Pod, query, signal))
      if (type === 'ADDED') bound.set(keyOf(object as Pod), systemClock.monotonic());
  };
  watch().catch((error) => {
    if (!signal.aborted) throw error;
  });
}

async function makeNamespace(client: Client, name: string): Promise<void> {
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const metadata = { name: 'default', namespace: name };
  await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
}

/** As upstream's node-default.yaml. */
export const nodeIn = (zone: string, name: string, pods = '110'): Node => {
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone };
  return aNode(name, { memory: '32Gi', pods }, {}, { labels });
};

/** Admission taints a new node, and no controller is there to take the taint away. */
export async function makeNode(client: Client, node: Node): Promise<void> {
  await client.create(Node, node);
  await client.patch(Node, node.metadata.name!, undefined, 'merge', { spec: { taints: null } });
}
