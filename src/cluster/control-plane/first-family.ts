// The first family of addresses of a cluster that has data: its Services have addresses of it, and the Service kubernetes keeps its own
// for ever. Called by control-plane.ts before the API server is made.
import { familyOfRange, prefixOf } from '../../api/addresses/prefix.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import type { Store } from '../../store/store.ts';
import { UserError } from '../progress.ts';

const KEY = '/registry/networking.k8s.io/servicecidrs/kubernetes';

/** Throws a UserError that says what to do. */
export function checkFirstFamily(store: Pick<Store, 'get'>, serviceCidrs: readonly string[]): void {
  const stored = store.get(KEY);
  if (!stored) return;
  const { spec } = JSON.parse(stored.value.toString()) as Partial<ServiceCIDR>;
  const before = prefixOf(spec?.cidrs?.[0] ?? '')?.family;
  const now = familyOfRange(serviceCidrs[0]!);
  if (before && before !== now)
    throw new UserError(
      `the cluster's Services have addresses of ${before}: give --ip-families ${before}, or ${before},${now}`,
    );
}
