// The three metrics APIs: metrics.k8s.io (this server's own, or that of metrics-server), custom.metrics.k8s.io and
// external.metrics.k8s.io (of adapters, through API aggregation). Amounts are in thousandths. Rejects, in upstream's words, if there is
// no answer or nothing in it. Upstream: pkg/controller/podautoscaler/metrics/client.go and k8s.io/metrics/pkg/client.
import type { CrossVersionObjectReference } from '../../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { PodMetrics } from '../../../api/kinds/metrics/v1beta1/metrics.ts';
import { durationMs } from '../../../api/meta/v1/duration.ts';
import { type AnyResource, resource } from '../../../api/meta/v1/resource.ts';
import { milliValue } from '../../../api/quantity/quantity.ts';
import type { Client } from '../../../client/client.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type Kinds, noMatch } from '../../framework/discovered-kinds.ts';
import type { PodValue, PodValues } from '../replicas/pod-groups.ts';

export interface MetricsSource {
  /** `container` is empty for whole pods. */
  resource(name: string, namespace: string, selector: string, container: string): Promise<PodValues>;
  pods(metric: string, namespace: string, selector: string, metricSelector: string): Promise<PodValues>;
  object(
    metric: string,
    namespace: string,
    object: Readonly<CrossVersionObjectReference>,
    metricSelector: string,
  ): Promise<number>;
  external(metric: string, namespace: string, metricSelector: string): Promise<number[]>;
}

/** What an adapter that tells no interval is taken to have measured. */
const WINDOW_MS = 60_000;
/** Of a list that another server answers with. Upstream has no limit. */
const MOST_VALUES = 50_000;

export function metricsSource(client: Client, kinds: Kinds): MetricsSource {
  const custom = async (path: Omit<CustomPath, 'version'>): Promise<CustomValue[]> =>
    told('custom', async () => customValues(client, { ...path, version: await customVersion(kinds) }));
  return {
    async resource(name, namespace, selector, container) {
      const { items } = await told('resource', () =>
        client.list(PodMetrics, { namespace, ...(selector && { labelSelector: selector }) }),
      );
      if (items.length === 0) throw new Error('no metrics returned from resource metrics API');
      return resourceValues(items, name, container);
    },
    async pods(metric, namespace, labelSelector, metricLabelSelector) {
      const items = await custom({
        resource: 'pods',
        namespace,
        name: '*',
        metric,
        query: { labelSelector, metricLabelSelector },
      });
      if (items.length === 0) throw new Error('no metrics returned from custom metrics API');
      return new Map(items.map((item) => [item.describedObject?.name ?? '', customValue(item)]));
    },
    async object(metric, namespace, { apiVersion = '', kind, name }, metricLabelSelector) {
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
      const query = { metricLabelSelector };
      const [item] =
        group === '' && kind === 'Namespace'
          ? // Whatever its name says: an autoscaler reads about its own namespace only.
            await one(custom({ resource: 'metrics', namespace, name: metric, metric: '', query }))
          : await one(
              custom({ resource: await described(kinds, group, kind), namespace, name, metric, query }),
            );
      return milliValue(item.value ?? '0');
    },
    async external(metric, namespace, labelSelector) {
      const kind = pathKind('external.metrics.k8s.io', 'v1beta1', encodeURIComponent(metric));
      const { items } = await told('external', () =>
        client.list(kind, { namespace, ...(labelSelector && { labelSelector }) }),
      );
      if (items.length === 0) throw new Error('no metrics returned from external metrics API');
      return bounded(items as { readonly value?: string }[]).map(({ value }) => milliValue(value ?? '0'));
    },
  };
}

async function told<T>(api: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new Error(`unable to fetch metrics from ${api} metrics API: ${messageOf(cause)}`, { cause });
  }
}

function resourceValues(items: readonly PodMetrics[], name: string, container: string): PodValues {
  const values = new Map<string, PodValue>();
  for (const { metadata, containers, timestamp, window } of items) {
    const counted = container === '' ? containers : containers.filter((one) => one.name === container);
    const amounts = counted.map(({ usage }) => usage[name]);
    if (amounts.length === 0 || amounts.includes(undefined)) continue;
    const milli = amounts.reduce((sum, amount) => sum + milliValue(amount!), 0);
    const measured = { at: Date.parse(timestamp), windowMs: Math.max(0, durationMs(window) ?? 0) };
    values.set(metadata.name ?? '', { milli, ...measured });
  }
  return values;
}

interface CustomValue {
  readonly describedObject?: { readonly name?: string };
  readonly timestamp?: string;
  readonly windowSeconds?: number;
  readonly value?: string;
}

interface CustomPath {
  readonly version: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** Empty if the name is the last part of the path. */
  readonly metric: string;
  readonly query: { readonly labelSelector?: string; readonly metricLabelSelector: string };
}

async function customValues(client: Client, path: CustomPath): Promise<CustomValue[]> {
  const { version, resource: plural, namespace, name, metric, query } = path;
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  const found = (await client.get(pathKind(CUSTOM, version, plural), name, namespace, {
    ...(metric && { subresource: encodeURIComponent(metric) }),
    query: given,
  })) as { readonly items?: CustomValue[] };
  return bounded(found.items ?? []);
}

const CUSTOM = 'custom.metrics.k8s.io';
/** The better one first: what this client reads of both is the same. */
const VERSIONS = ['v1beta2', 'v1beta1'];

async function customVersion(kinds: Kinds): Promise<string> {
  const served = await kinds.versions(CUSTOM);
  const version = VERSIONS.find((known) => served.includes(known));
  if (!version) throw new Error(`no custom metrics API (${CUSTOM}) registered`);
  return version;
}

async function described(kinds: Kinds, group: string, kind: string): Promise<string> {
  const [found] = await kinds.named(group, kind);
  if (!found)
    throw new Error(
      `unable to fetch metrics from custom metrics API: unable to map kind ${group ? `${kind}.${group}` : kind} to resource: ${noMatch(group, kind)}`,
    );
  const { plural } = found.resource;
  return group ? `${plural}.${group}` : plural;
}

async function one(asked: Promise<CustomValue[]>): Promise<[CustomValue]> {
  const [first, ...more] = await asked;
  if (first && more.length === 0) return [first];
  const count = first ? 1 + more.length : 0;
  throw new Error(
    `unable to fetch metrics from custom metrics API: the custom metrics API server returned ${count} results when we asked for exactly one`,
  );
}

function bounded<T>(items: readonly T[]): T[] {
  if (items.length > MOST_VALUES) throw new Error(`more than ${MOST_VALUES} values of a metric`);
  return [...items];
}

function customValue({ value = '0', timestamp, windowSeconds }: CustomValue): PodValue {
  const windowMs = windowSeconds === undefined ? WINDOW_MS : windowSeconds * 1000;
  return { milli: milliValue(value), at: timestamp ? Date.parse(timestamp) : 0, windowMs };
}

/** For its path only: what is there is no resource of a kind. */
const pathKind = (group: string, version: string, plural: string): AnyResource =>
  resource(
    `${group}.${version}`,
    { group, version, kind: '', plural, singular: '', namespaced: true, verbs: [] },
    {},
  );
