// Devices that have to be prepared before the pod is bound: their drivers report conditions in the claim's status. Pure.
// Upstream: isClaimReadyForBinding and isClaimTimeout in dynamicresources.go.
import type {
  AllocatedDeviceStatus,
  DeviceRequestAllocationResult,
} from '../../../api/kinds/resource/v1/resource-claim.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import type { Claim } from './claims.ts';

export type Readiness =
  | { readonly state: 'ready' | 'waiting' }
  | { readonly state: 'failed'; readonly message: string };

const devicesOf = ({ status }: Claim): readonly DeviceRequestAllocationResult[] =>
  status?.allocation?.devices?.results ?? [];

/** Of at least one device. */
export const needsBinding = (claim: Claim): boolean =>
  devicesOf(claim).some(({ bindingConditions = [] }) => bindingConditions.length > 0);

export function readinessOf(claim: Claim): Readiness {
  if (!claim.status?.allocation) return { state: 'waiting' };
  for (const device of devicesOf(claim)) {
    const { bindingConditions = [], bindingFailureConditions = [] } = device;
    if (bindingConditions.length === 0) continue;
    const status = statusOf(claim, device);
    if (!status) return { state: 'waiting' };
    const failure = bindingFailureConditions
      .map((type) => conditionOf({ status }, type))
      .find((condition) => condition?.status === 'True');
    if (failure)
      return {
        state: 'failed',
        message: `device binding failed: claim=${nameOf(claim)}, reason=${failure.reason ?? ''}, message=${JSON.stringify(failure.message ?? '')}`,
      };
    if (bindingConditions.some((type) => conditionOf({ status }, type)?.status !== 'True'))
      return { state: 'waiting' };
  }
  return { state: 'ready' };
}

/** It has waited for its devices for longer than that since they were allocated. */
export function hasTimedOut(claim: Claim, now: number, timeoutMs: number): boolean {
  const allocated = claim.status?.allocation?.allocationTimestamp;
  return allocated !== undefined && needsBinding(claim) && Date.parse(allocated) + timeoutMs < now;
}

function statusOf(claim: Claim, of: DeviceRequestAllocationResult): AllocatedDeviceStatus | undefined {
  return claim.status?.devices?.find(
    ({ driver, pool, device }) => driver === of.driver && pool === of.pool && device === of.device,
  );
}
