// metrics.k8s.io/v1beta1: what nodes and pods use, measured by their kubelets. An APIService of another server for this group and
// version, as metrics-server has one, takes its place while it exists (aggregation/). Made by assemble.ts.
// Upstream: metrics-server's pkg/api.
import * as columns from '../../api/columns/metrics.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { NodeMetrics, PodMetrics } from '../../api/kinds/metrics/v1beta1/metrics.ts';
import { durationText } from '../../api/meta/v1/duration.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { notFound } from '../../api/status/status-error.ts';
import { type Clock, Pace, rfc3339 } from '../../kit/clock.ts';
import { smallest } from '../../kit/lists.ts';
import { type ListResult, type Resource, targetOf } from '../registry/resource.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { VirtualResource, virtualItem } from '../registry/virtual-resource.ts';
import type { Item } from '../watch-cache/item.ts';
import type { Samples } from './samples.ts';
import { nodeUsage, podUsage, quantities, type Usage } from './usage.ts';

export interface MetricsOptions {
  readonly nodes: StoredResource<Node>;
  readonly pods: StoredResource<Pod>;
  readonly samples: Samples;
  readonly clock: Clock;
}

export const metricsResources = (options: MetricsOptions): Resource[] => [
  nodeMetrics(options),
  podMetrics(options),
];

const JSON_ONLY = { jsonOnly: true } as const;

function nodeMetrics(options: MetricsOptions): Resource {
  const { nodes, samples, clock } = options;
  const measured = ({ name, labels }: Item): NodeMetrics[] => {
    const pair = samples.pair(name);
    const usage = pair && nodeUsage(pair);
    if (!usage) return [];
    return [{ ...head(NodeMetrics, clock, { name }, labels), ...interval(usage), usage: quantities(usage) }];
  };
  return new VirtualResource<NodeMetrics>(
    NodeMetrics,
    {
      async get(_namespace, name) {
        const node = nodes.cache.get('', name);
        if (!node) throw notFound(targetOf(nodes), name);
        await samples.refresh([name]);
        const [found] = measured(node);
        if (!found) throw notFound(targetOf({ kind: NodeMetrics }), name);
        return virtualItem(found);
      },
      async list({ matches }) {
        const selected = nodes.cache.items().filter(matches);
        await samples.refresh(selected.map(({ name }) => name));
        return listOf(selected, measured, clock);
      },
    },
    undefined,
    { ...JSON_ONLY, columns: columns.nodeMetrics },
  );
}

function podMetrics({ pods, samples, clock }: MetricsOptions): Resource {
  const measured = ({ name, namespace, labels, object }: Item<Pod>): PodMetrics[] => {
    const pair = samples.pair(nodeOf(object));
    const usages = pair && podUsage(pair, `${namespace}/${name}`);
    if (!usages) return [];
    const each = [...usages];
    const ends = smallest(each.map(([, { at }]) => at));
    const { 1: earliest } = each.find(([, { at }]) => at === ends)!;
    return [
      {
        ...head(PodMetrics, clock, { name, namespace }, labels),
        ...interval(earliest),
        containers: each.map(([container, usage]) => ({ name: container, usage: quantities(usage) })),
      },
    ];
  };
  return new VirtualResource<PodMetrics>(
    PodMetrics,
    {
      async get(namespace, name) {
        const pod = pods.cache.get(namespace, name);
        if (!pod) throw notFound(targetOf(pods), name);
        if (isRunning(pod)) await samples.refresh([nodeOf(pod.object)]);
        const [found] = isRunning(pod) ? measured(pod) : [];
        if (!found) throw notFound(targetOf({ kind: PodMetrics }), `${namespace}/${name}`);
        return virtualItem(found);
      },
      async list({ namespace, matches }) {
        const pace = new Pace(clock);
        const running: Item<Pod>[] = [];
        const on = new Set<string>();
        for (const item of pods.cache.items(namespace || undefined)) {
          if (matches(item) && isRunning(item)) {
            running.push(item);
            on.add(nodeOf(item.object));
          }
          const rest = pace.rest();
          if (rest) await rest;
        }
        await samples.refresh(on);
        return listOf(running, measured, clock);
      },
    },
    undefined,
    { ...JSON_ONLY, columns: columns.podMetrics },
  );
}

export const nodeOf = ({ spec }: Readonly<Pod>): string => spec?.nodeName ?? '';

export const isRunning = ({ object }: Item<Pod>): boolean =>
  object.status?.phase === 'Running' && nodeOf(object) !== '';

/** What cannot be measured is left out. */
async function listOf<S extends KubeObject, T extends KubeObject>(
  selected: readonly Item<S>[],
  measured: (item: Item<S>) => readonly T[],
  clock: Clock,
): Promise<ListResult<T>> {
  const pace = new Pace(clock);
  const items: Item<T>[] = [];
  for (const item of selected) {
    for (const object of measured(item)) items.push(virtualItem(object));
    const rest = pace.rest();
    if (rest) await rest;
  }
  return { items, revision: undefined, continue: '', remaining: undefined };
}

function head(
  { resource }: typeof NodeMetrics | typeof PodMetrics,
  clock: Clock,
  names: { readonly name: string; readonly namespace?: string },
  labels: Readonly<Record<string, string>>,
): KubeObject {
  const created = { creationTimestamp: rfc3339(clock.now()) };
  return {
    kind: resource.kind,
    apiVersion: `${resource.group}/${resource.version}`,
    metadata: { ...names, ...created, ...(Object.keys(labels).length > 0 && { labels }) },
  };
}

const interval = ({ at, windowMs }: Usage) => ({
  timestamp: rfc3339(at),
  window: durationText(Math.round(windowMs)),
});
