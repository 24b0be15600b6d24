// What tests look at in a cluster: pods of the namespace `default`, and the events about them.
import { Event } from '../api/kinds/core/v1/event.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { isNotFound } from '../api/status/status-error.ts';
import type { SimCluster } from './cluster.ts';

export async function podsOf({ client }: SimCluster, labelSelector?: string): Promise<Pod[]> {
  return (await client.list(Pod, { namespace: 'default', ...(labelSelector && { labelSelector }) })).items;
}

/** Undefined when there is none. */
export async function findPod({ client }: SimCluster, name: string): Promise<Pod | undefined> {
  try {
    return await client.get(Pod, name, 'default');
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Waits until the pod shows this phase, moving time on by `stepMs` between looks. */
export const podInPhase = (cluster: SimCluster, name: string, phase: string, stepMs = 0): Promise<Pod> =>
  cluster.until(
    `${name} is ${phase}`,
    async () => {
      const found = await findPod(cluster, name);
      return found?.status?.phase === phase ? found : undefined;
    },
    stepMs,
  );

/** As `Normal Started Container started`. */
export async function eventsAbout({ client }: SimCluster, name: string): Promise<string[]> {
  const { items } = await client.list(Event, { namespace: 'default' });
  return items
    .filter((event) => event.involvedObject.name === name)
    .map((event) => `${event.type} ${event.reason} ${event.message}`);
}
