// By what a process is known to belong to a node, or to a whole cluster: its namespaces, its cgroup, its command line.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMounted, listMounts } from '../mounts.ts';
import { type NodePlan, type NodesPlan, RUN_DIRECTORY } from '../plan.ts';
import type { ProcessMarks } from './processes.ts';

export async function marksOfCluster(plan: NodesPlan): Promise<ProcessMarks> {
  return {
    namespaces: await namespacesOf(plan.nodes),
    cgroupRoot: plan.cgroupRoot,
    paths: [`${join(plan.directory, 'nodes')}/`, join(RUN_DIRECTORY, `${plan.cluster}.`)],
  };
}

export async function marksOfNode(node: NodePlan): Promise<ProcessMarks> {
  return {
    namespaces: await namespacesOf([node]),
    cgroupRoot: node.cgroupRoot,
    paths: [`${node.directory}/`, node.socket],
  };
}

/** As /proc/PID/ns shows them, of the nodes whose namespaces are still pinned. */
async function namespacesOf(nodes: readonly NodePlan[]): Promise<ReadonlySet<string>> {
  const mounts = await listMounts();
  const namespaces = new Set<string>();
  for (const { pins } of nodes) {
    if (!pins) continue;
    if (isMounted(mounts, pins.net)) namespaces.add(`net:[${(await stat(pins.net)).ino}]`);
    if (isMounted(mounts, pins.mount)) namespaces.add(`mnt:[${(await stat(pins.mount)).ino}]`);
  }
  return namespaces;
}
