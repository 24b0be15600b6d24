// How API servers of one cluster tell each other under which names and addresses they are reached, so that none of them lets a node
// have a certificate for another one's: an annotation of their Leases in kube-system, which no node may write.
import type { Lease } from '../kinds/coordination/v1/lease.ts';
import { namespaceOf } from '../meta/v1/object.ts';

export const SERVER_NAMESPACE = 'kube-system';
/** A label of these Leases. Upstream: pkg/controlplane/apiserver. */
export const SERVER_IDENTITY = 'apiserver.kubernetes.io/identity';
/** Names and addresses with commas between. */
export const SERVER_NAMES = 'tiphys.io/server-names';

export function namesOfServer({ metadata }: Readonly<Lease>): readonly string[] {
  if (namespaceOf({ metadata }) !== SERVER_NAMESPACE || !metadata.labels?.[SERVER_IDENTITY]) return [];
  return metadata.annotations?.[SERVER_NAMES]?.split(',').filter(Boolean) ?? [];
}
