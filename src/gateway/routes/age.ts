// Which of several objects that want the same comes first: the older one, then by namespace and name.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';

type Aged = Pick<KubeObject, 'metadata'>;

export function byAge(a: Readonly<Aged>, b: Readonly<Aged>): number {
  return (
    compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compare(keyOf(a), keyOf(b))
  );
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
