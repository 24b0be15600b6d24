// The first range of Services' addresses of a cluster that has data: its Services have addresses of it, and the Service kubernetes keeps its
// own for ever. Called by control-plane.ts before the API server is made.
import { prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import type { Store } from '../../store/store.ts';
import { UserError } from '../progress.ts';

const KEY = '/registry/networking.k8s.io/servicecidrs/kubernetes';

/** Throws a UserError that says what to do. */
export function checkFirstRange(store: Pick<Store, 'get'>, serviceCidrs: readonly string[]): void {
  const stored = store.get(KEY);
  if (!stored) return;
  const { spec } = JSON.parse(stored.value.toString()) as Partial<ServiceCIDR>;
  const before = prefixOf(spec?.cidrs?.[0] ?? '');
  const now = prefixOf(serviceCidrs[0]!)!;
  if (!before || prefixText(before) === prefixText(now)) return;
  const advice =
    before.family === now.family
      ? `--service-cidr ${prefixText(before)}`
      : `--ip-families ${before.family}, or ${before.family},${now.family}`;
  throw new UserError(`the cluster's Services have addresses of ${prefixText(before)}: give ${advice}`);
}
