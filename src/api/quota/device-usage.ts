// Devices that a ResourceClaim asks for, as counted by resource quotas (k8s.io/kubernetes
// pkg/quota/v1/evaluator/core/resource_claims.go). Pure. Called by usage.ts.
import type { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';

/** Devices that one claim can get: what a request for all devices counts as (AllocationResultsMaxSize). */
const MOST_DEVICES = 32;

interface Request {
  readonly deviceClassName?: string;
  readonly allocationMode?: string;
  readonly count?: number;
}

const devicesOf = ({ allocationMode, count = 0 }: Request): number => {
  if (allocationMode === 'All') return MOST_DEVICES;
  return allocationMode === 'ExactCount' ? count : 0;
};

/** Devices by their class. Of alternatives, the one with the most devices of a class counts. */
export function devicesByClass({ spec }: Readonly<ResourceClaim>): Map<string, number> {
  const total = new Map<string, number>();
  for (const { exactly, firstAvailable = [] } of spec?.devices?.requests ?? []) {
    const alternatives: readonly Request[] =
      firstAvailable.length > 0 ? firstAvailable : exactly ? [exactly] : [];
    const most = new Map<string, number>();
    for (const request of alternatives) {
      const name = request.deviceClassName ?? '';
      most.set(name, Math.max(most.get(name) ?? 0, devicesOf(request)));
    }
    for (const [name, devices] of most) total.set(name, (total.get(name) ?? 0) + devices);
  }
  return total;
}
