// The last hour of a node or pod, for those who may read its metrics.
import { badRequest } from '../../../api/status/status-error.ts';
import { errorOf } from '../../../client/rest/failure.ts';
import { nodeKey, podKey, type Series } from '../usage/history.ts';
import type { Sampler } from '../usage/sampler.ts';
import type { Reader } from './reader.ts';

const METRICS = '/apis/metrics.k8s.io/v1beta1';

/** `nodes`: names and series; for the table of nodes. */
export interface UsageAnswer {
  readonly series: Readonly<Record<string, Series>>;
  /** There are too many pods for all of them to be kept. */
  readonly incomplete: boolean;
}

/** Nodes in one answer. */
const MOST_NODES = 500;

export async function usageOf(read: Reader, sampler: Sampler, query: URLSearchParams): Promise<UsageAnswer> {
  const [namespace, name] = [query.get('namespace') ?? '', query.get('name') ?? ''];
  if (namespace && !name) throw badRequest('name the pod');
  const path = namespace
    ? `${METRICS}/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`
    : `${METRICS}/nodes${name ? `/${encodeURIComponent(name)}` : ''}`;
  const answer = await read(path);
  // It may be too new to be measured.
  if (answer.status !== 200 && (answer.status !== 404 || !name)) throw errorOf(answer);
  const names = name ? [name] : namesIn(answer.body).slice(0, MOST_NODES);
  const series = names.map((each) => [each, sampler.of(namespace ? podKey(namespace, each) : nodeKey(each))]);
  return { series: Object.fromEntries(series), incomplete: sampler.isFull };
}

function namesIn(body: Buffer): string[] {
  const { items = [] } = JSON.parse(body.toString()) as { items?: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}
