// The IPAddress object of a Service's cluster IP: what it looks like, and whose it is. Pure.
// Upstream: createIPAddress in pkg/registry/core/service/ipallocator/ipallocator.go.
import { addressOf } from '../../api/addresses/prefix.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { IPAddress, ParentReference } from '../../api/kinds/networking/v1/ip-address.ts';

const FAMILY_LABEL = 'ipaddress.kubernetes.io/ip-family';
const MANAGER_LABEL = 'ipaddress.kubernetes.io/managed-by';
const MANAGER = 'ipallocator.k8s.io';

type Owner = Pick<Readonly<Service>, 'metadata'>;

const labelsOf = (address: string) => ({
  [FAMILY_LABEL]: addressOf(address)?.family ?? 'IPv4',
  [MANAGER_LABEL]: MANAGER,
});

export const newIPAddress = (address: string, { metadata }: Owner): IPAddress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: { name: address, labels: labelsOf(address) },
  spec: { parentRef: { resource: 'services', namespace: metadata.namespace!, name: metadata.name! } },
});

export const isManaged = ({ metadata }: Pick<Readonly<IPAddress>, 'metadata'>): boolean =>
  metadata.labels?.[MANAGER_LABEL] === MANAGER;

/** Whether it has the labels that the allocator sets. */
export const isLabelled = ({ metadata }: Pick<Readonly<IPAddress>, 'metadata'>): boolean =>
  Object.entries(labelsOf(metadata.name!)).every(([name, value]) => metadata.labels?.[name] === value);

export const refersToService = (parent: Readonly<ParentReference> | undefined): boolean =>
  parent !== undefined && !parent.group && parent.resource === 'services';

export const refersTo = (parent: Readonly<ParentReference> | undefined, { metadata }: Owner): boolean =>
  refersToService(parent) && parent!.namespace === metadata.namespace && parent!.name === metadata.name;
