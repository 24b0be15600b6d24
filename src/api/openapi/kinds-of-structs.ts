// The kinds that a struct represents in a document: x-kubernetes-group-version-kind of schemas. A kind represents itself,
// its list the list kind; the options and events of meta/v1 represent themselves in the core group and in that of the
// document.

import { TokenRequest } from '../kinds/authentication/v1/token-request.ts';
import { Scale } from '../kinds/autoscaling/v1/scale.ts';
import { Eviction } from '../kinds/policy/v1/eviction.ts';
import { DeleteOptions } from '../meta/v1/delete-options.ts';
import { APIResourceList } from '../meta/v1/discovery.ts';
import { listKindOf, listOfKind } from '../meta/v1/list.ts';
import type { AnyResource } from '../meta/v1/resource.ts';
import { Status } from '../meta/v1/status.ts';
import { WatchEvent } from '../meta/v1/watch-event.ts';
import type { StructType } from '../schema/notation.ts';
import { type GroupVersion, type GroupVersionKind, gvkOf } from './group-version.ts';

const fixed = new Map<StructType, GroupVersionKind>([
  [Scale, { group: 'autoscaling', version: 'v1', kind: 'Scale' }],
  [Eviction, { group: 'policy', version: 'v1', kind: 'Eviction' }],
  [TokenRequest, { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }],
  [Status, { group: '', version: 'v1', kind: 'Status' }],
  [APIResourceList, { group: '', version: 'v1', kind: 'APIResourceList' }],
]);
const everywhere = new Map<StructType, string>([
  [DeleteOptions, 'DeleteOptions'],
  [WatchEvent, 'WatchEvent'],
]);

export function kindsOfStructs(
  ...groupVersions: readonly GroupVersion[]
): (type: StructType) => readonly GroupVersionKind[] {
  const lists = new Map<StructType, GroupVersionKind>();
  for (const { kinds } of groupVersions) {
    for (const kind of kinds) lists.set(listOfKind(kind), { ...gvkOf(kind), kind: listKindOf(kind) });
  }
  const named = groupVersions.filter(({ group }) => group !== '');
  return (type) => {
    const one = 'resource' in type ? gvkOf(type as AnyResource) : (lists.get(type) ?? fixed.get(type));
    if (one) return [one];
    const kind = everywhere.get(type);
    if (!kind) return [];
    const others = named.map(({ group, version }) => ({ group, version, kind }));
    return [{ group: '', version: 'v1', kind }, ...others];
  };
}
