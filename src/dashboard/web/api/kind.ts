// Kinds as the server's discovery tells them, and their paths. Pure.

export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  /** Of a CustomResourceDefinition or another API server. */
  readonly custom: boolean;
  readonly subresources: readonly string[];
}

type Named = Pick<Kind, 'group' | 'version' | 'plural'>;

export const apiVersionOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

const base = (kind: Named): string =>
  kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;

const within = (namespace: string | undefined): string =>
  namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';

export const collectionPath = (kind: Named, namespace?: string): string =>
  `${base(kind)}${within(namespace)}/${kind.plural}`;

export const objectPath = (
  kind: Named,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string =>
  `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}${subresource ? `/${subresource}` : ''}`;
