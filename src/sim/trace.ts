// What has happened in a cluster, one line for each change of an object, in the order of the store's revisions: two runs
// of the same scenario are the same when their traces are.
import type { SimCluster } from './cluster.ts';

const RESOURCES = ['pods', 'nodes', 'events', 'deployments', 'replicasets'] as const;
const pathOf = (resource: (typeof RESOURCES)[number]) =>
  resource.startsWith('depl') || resource.startsWith('repl')
    ? `/apis/apps/v1/${resource}`
    : `/api/v1/${resource}`;

/** Records from now on; `lines()` gives what has come so far. */
export async function traceOf(cluster: SimCluster): Promise<{ lines(): string[] }> {
  const seen: { revision: number; line: string }[] = [];
  for (const resource of RESOURCES) {
    const watch = await cluster.watch(pathOf(resource));
    void (async () => {
      for (let event = await watch.next(); event.type !== 'END'; event = await watch.next()) {
        const { name, resourceVersion } = event.object.metadata;
        const { nodeName } = event.object.spec ?? {};
        const { phase } = event.object.status ?? {};
        const details = [nodeName, phase].filter(Boolean).join(' ');
        seen.push({
          revision: Number(resourceVersion),
          line: `${event.type} ${resource} ${name} ${details}`.trim(),
        });
      }
    })();
  }
  return {
    lines: () =>
      seen.sort((a, b) => a.revision - b.revision).map(({ revision, line }) => `${revision} ${line}`),
  };
}
