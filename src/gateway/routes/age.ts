// Which of several objects that want the same comes first: the older one, then by namespace and name.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';

type Aged = Pick<KubeObject, 'metadata'>;

/** As a text that is less for who comes first. */
export const ageOf = (object: Readonly<Aged>): string =>
  `${object.metadata.creationTimestamp ?? ''} ${keyOf(object)}`;

export const byAge = (a: Readonly<Aged>, b: Readonly<Aged>): number => compare(ageOf(a), ageOf(b));

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
