// What a table view shows, and what must be listed and watched for it. Pure.
import type { Mapping } from '../../../kubectl/discovery/served.ts';
import { groupResourceOf } from '../../../kubectl/discovery/served.ts';

export type Source =
  | KindSource
  | { readonly type: 'containers'; readonly namespace: string; readonly pod: string }
  | { readonly type: 'pulse'; readonly namespace: string }
  | { readonly type: 'tree'; readonly kind: Mapping; readonly namespace: string }
  | { readonly type: 'forwards' }
  | { readonly type: 'contexts' }
  | { readonly type: 'kinds' };

export interface KindSource {
  readonly type: 'kind';
  readonly kind: Mapping;
  /** Empty for all. */
  readonly namespace: string;
  readonly labels?: string;
  readonly fields?: string;
  /** Only what this object owns. */
  readonly owner?: string;
  /** What it is part of, such as deployment/web. */
  readonly of?: string;
}

/** One list and watch of a view. */
export interface Feed {
  readonly key: string;
  readonly kind: Mapping;
  readonly namespace: string;
  readonly labels?: string;
  readonly fields?: string;
  /** Whole objects instead of tables. */
  readonly whole?: true;
}

/** What the pulse page counts, in this order. */
const PULSE = [
  ...['nodes', 'pods', 'deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch'],
  ...['persistentvolumeclaims', 'events'],
];

/** What owners make that are looked for below them. */
const TREE = [
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'cronjobs.batch',
];
const TREE_ENDS = ['jobs.batch', 'replicationcontrollers', 'pods'];

export function feedsOf(source: Source, kinds: readonly Mapping[]): readonly Feed[] {
  const named = (words: readonly string[]) =>
    words.flatMap((word) => kinds.find((kind) => groupResourceOf(kind) === word) ?? []);
  switch (source.type) {
    case 'kind': {
      const { kind, namespace, labels, fields } = source;
      return [feed(kind, namespace, { ...(labels && { labels }), ...(fields && { fields }) })];
    }
    case 'containers':
      return named(['pods']).map((kind) =>
        feed(kind, source.namespace, { fields: `metadata.name=${source.pod}`, whole: true }),
      );
    case 'pulse':
      return named(PULSE).map((kind) =>
        feed(kind, source.namespace, kind.resource === 'events' ? { fields: 'type=Warning' } : {}),
      );
    case 'tree': {
      const others = named([...TREE, ...TREE_ENDS]).filter((kind) => !isSameKind(kind, source.kind));
      return [source.kind, ...others].map((kind) => feed(kind, source.namespace, {}));
    }
    default:
      return [];
  }
}

export const isSameKind = (a: Mapping, b: Mapping): boolean => groupResourceOf(a) === groupResourceOf(b);

const feed = (kind: Mapping, namespace: string, rest: Pick<Feed, 'labels' | 'fields' | 'whole'>): Feed => ({
  key: groupResourceOf(kind),
  kind,
  namespace: kind.namespaced ? namespace : '',
  ...rest,
});

/** The namespace that the source is limited to; undefined where namespaces mean nothing. */
export function namespaceOf(source: Source): string | undefined {
  if (source.type === 'kind') return source.kind.namespaced ? source.namespace : undefined;
  return 'namespace' in source ? source.namespace : undefined;
}

/** The same in another namespace. What is part of an object stays where the object is. */
export function inNamespace(source: Source, namespace: string): Source {
  if (source.type === 'kind' && (source.of || !source.kind.namespaced)) return source;
  return source.type === 'kind' || source.type === 'pulse' || source.type === 'tree'
    ? { ...source, namespace }
    : source;
}

export function titleOf(source: Source): string {
  switch (source.type) {
    case 'kind':
      return source.kind.resource;
    case 'containers':
      return 'containers';
    case 'tree':
      return `xray ${source.kind.resource}`;
    case 'forwards':
      return 'port-forwards';
    default:
      return source.type;
  }
}
