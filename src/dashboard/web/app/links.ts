// Addresses of pages within the dashboard. Pure.
import type { Kind } from '../api/kind.ts';

export const BASE = '/dashboard';

type Named = Pick<Kind, 'group' | 'version' | 'plural'>;

const kindPart = ({ group, version, plural }: Named): string => `${group || 'core'}/${version}/${plural}`;

/** All objects of a kind, of all namespaces without one. */
export const listHref = (kind: Named, namespace = ''): string =>
  `${BASE}/k/${kindPart(kind)}${namespace ? `?ns=${encodeURIComponent(namespace)}` : ''}`;

/** One object. `namespace` is empty for what has none. */
export function objectHref(kind: Named, namespace: string | undefined, name: string, tab?: string): string {
  const path = `${BASE}/o/${kindPart(kind)}/${encodeURIComponent(namespace || '-')}/${encodeURIComponent(name)}`;
  return tab ? `${path}?tab=${encodeURIComponent(tab)}` : path;
}

/** The group of a path's part. */
export const groupOf = (part: string): string => (part === 'core' ? '' : part);
