// Whether a ServiceCIDR may go: not while an address would be left in no range. Pure.
// Upstream: canDeleteCIDR in pkg/controller/servicecidrs/servicecidrs_controller.go.
import { type Address, covers, holds, overlaps, type Prefix, prefixOf } from '../../api/addresses/prefix.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';

type Cidr = Readonly<ServiceCIDR>;

export const prefixesOf = ({ spec }: Cidr): Prefix[] =>
  (spec?.cidrs ?? []).flatMap((text) => prefixOf(text) ?? []);

/** The names of those that share addresses with `cidr`. */
export const overlapping = (cidr: Cidr, all: readonly Cidr[]): string[] =>
  all
    .filter((other) => prefixesOf(other).some((one) => prefixesOf(cidr).some((own) => overlaps(one, own))))
    .map(({ metadata }) => metadata.name!);

/** The names of those that hold an address. */
export const holding = (address: Address, all: readonly Cidr[]): string[] =>
  all
    .filter((cidr) => prefixesOf(cidr).some((prefix) => holds(prefix, address)))
    .map(({ metadata }) => metadata.name!);

/** `addresses`: those that the API server's allocator manages. */
export function mayGo(cidr: Cidr, all: readonly Cidr[], addresses: Iterable<Address>): boolean {
  const own = prefixesOf(cidr);
  const { name } = cidr.metadata;
  const others = all.filter(({ metadata }) => metadata.name !== name);
  const covered = (prefix: Prefix) =>
    others.some((other) => prefixesOf(other).some((outer) => covers(outer, prefix)));
  if (own.every(covered)) return true;
  const elsewhere = others.flatMap(prefixesOf);
  for (const address of addresses)
    if (own.some((prefix) => holds(prefix, address)) && !elsewhere.some((prefix) => holds(prefix, address)))
      return false;
  return true;
}
