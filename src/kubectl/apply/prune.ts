// `apply --prune` and `diff --prune`: objects that were applied once and are in no file any more. Which kinds are looked through is
// said by --prune-allowlist, else by a list of upstream's. (ApplySets: apply-set.ts.)
import type { DryRun } from '../command/common-flags.ts';
import { deleteOptionsOf, type Propagation } from '../deletion/flags.ts';
import type { Mapper } from '../discovery/mapper.ts';
import { type Mapping, pathOf } from '../discovery/served.ts';
import { plainText } from '../errors/text.ts';
import type { KubeList, KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';
import { lastAppliedOf } from './last-applied.ts';

type Gvk = readonly [group: string, version: string, kind: string];

const DEFAULT_NAMESPACED: readonly Gvk[] = [
  ...(
    [
      'ConfigMap',
      'Endpoints',
      'PersistentVolumeClaim',
      'Pod',
      'ReplicationController',
      'Secret',
      'Service',
    ] as const
  ).map((kind): Gvk => ['', 'v1', kind]),
  ['batch', 'v1', 'Job'],
  ['batch', 'v1', 'CronJob'],
  ['networking.k8s.io', 'v1', 'Ingress'],
  ['apps', 'v1', 'DaemonSet'],
  ['apps', 'v1', 'Deployment'],
  ['apps', 'v1', 'ReplicaSet'],
  ['apps', 'v1', 'StatefulSet'],
];
const DEFAULT_CLUSTER: readonly Gvk[] = [
  ['', 'v1', 'Namespace'],
  ['', 'v1', 'PersistentVolume'],
];

const DEPRECATED =
  'W Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n';

/** `core/v1/ConfigMap` of --prune-allowlist. */
export async function allowed(texts: readonly string[], mapper: Mapper): Promise<Mapping[]> {
  const mappings: Mapping[] = [];
  for (const text of texts) {
    const [group = '', version = '', kind = '', ...more] = text.split('/');
    if (kind === '' || more.length > 0)
      throw new Error(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    mappings.push(await mapper.ofKind(group === 'core' ? '' : group, kind, version));
  }
  return mappings;
}

/** What was applied now: neither of it is pruned. */
export interface Visited {
  readonly uids: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

export interface Prunable {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly object: KubeObject;
}

/** In upstream's order: the namespaces, kind by kind, then what has no namespace. */
export async function* prunable(
  session: Session,
  list: readonly Mapping[],
  visited: Visited,
  labelSelector: string,
  warn: (text: string) => void,
): AsyncGenerator<Prunable> {
  const mappings = list.length > 0 ? list : await defaults(session, warn);
  const places = [
    ...[...visited.namespaces].flatMap((namespace) =>
      mappings.filter(({ namespaced }) => namespaced).map((mapping) => ({ mapping, namespace })),
    ),
    ...mappings.filter(({ namespaced }) => !namespaced).map((mapping) => ({ mapping, namespace: '' })),
  ];
  for (const { mapping, namespace } of places)
    for (const object of await listed(session, mapping, namespace, labelSelector)) {
      const isApplied = lastAppliedOf({ ...object }) !== undefined;
      if (isApplied && !visited.uids.has(object.metadata?.uid ?? '')) yield { mapping, namespace, object };
    }
}

async function defaults(session: Session, warn: (text: string) => void): Promise<Mapping[]> {
  warn(DEPRECATED);
  const mapper = await session.mapper();
  const mappings: Mapping[] = [];
  for (const [group, version, kind] of [...DEFAULT_NAMESPACED, ...DEFAULT_CLUSTER])
    mappings.push(
      await mapper.ofKind(group, kind, version).catch((error: unknown) => {
        throw new Error(`error retrieving RESTMappings to prune: ${plainText(error)}`);
      }),
    );
  return mappings;
}

export async function listed(
  session: Session,
  mapping: Mapping,
  namespace: string,
  labelSelector: string,
): Promise<KubeObject[]> {
  const list = await session
    .json<KubeList>({
      path: pathOf(mapping, namespace),
      query: { labelSelector: labelSelector || undefined },
    })
    .catch((error: unknown) => {
      const where = mapping.namespaced ? 'namespaced' : 'nonNamespaced';
      throw new Error(
        `error pruning ${where} object ${mapping.group}/${mapping.version}, Kind=${mapping.kind}: ${plainText(error)}`,
      );
    });
  const apiVersion = mapping.group ? `${mapping.group}/${mapping.version}` : mapping.version;
  return list.items.map((item) => ({ apiVersion, kind: mapping.kind, ...item }));
}

export interface PruneChoices {
  readonly propagation: Propagation;
  readonly gracePeriod: number;
  readonly dryRun: DryRun;
}

export async function pruneOne(
  session: Session,
  { mapping, namespace, object }: Prunable,
  { propagation, gracePeriod, dryRun }: PruneChoices,
): Promise<void> {
  if (dryRun === 'client') return;
  await session.request({
    method: 'DELETE',
    path: pathOf(mapping, namespace, object.metadata?.name ?? ''),
    body: {
      ...{ kind: 'DeleteOptions', apiVersion: 'v1' },
      ...deleteOptionsOf(gracePeriod, propagation),
      ...(dryRun === 'server' && { dryRun: ['All'] }),
    },
  });
}
