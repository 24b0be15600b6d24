// The kinds of one group and version: the contents of one OpenAPI v3 document.
import type { AnyResource } from '../meta/v1/resource.ts';

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly AnyResource[];
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function gvkOf({ resource: { group, version, kind } }: AnyResource): GroupVersionKind {
  return { group, version, kind };
}
