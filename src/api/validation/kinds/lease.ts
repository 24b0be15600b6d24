// Validates Leases, and the strategies of coordinated leader election.
// Paths and messages follow k8s.io/kubernetes pkg/apis/coordination/validation. Called through rule-book.ts.
import type { Lease } from '../../kinds/coordination/v1/lease.ts';
import { complaints, type FieldError, forbidden, nonNegative, notSupported, positive } from '../field.ts';
import { isQualifiedName } from '../names.ts';
import type { Rules } from '../rules.ts';

export const OLDEST_EMULATION_VERSION = 'OldestEmulationVersion';

/** Upstream's path names the field twice. Strategies of others have a prefix. */
export function strategyErrors(strategy: string): FieldError[] {
  const path = 'spec.strategy.strategy';
  if (strategy.includes('/')) return complaints(path, strategy, isQualifiedName(strategy));
  return strategy === OLDEST_EMULATION_VERSION
    ? []
    : [notSupported(path, strategy, [OLDEST_EMULATION_VERSION])];
}

const specErrors = ({ spec = {} }: Lease): FieldError[] => [
  ...positive('spec.leaseDurationSeconds', spec.leaseDurationSeconds),
  ...nonNegative('spec.leaseTransitions', spec.leaseTransitions),
  ...(spec.strategy === undefined ? [] : strategyErrors(spec.strategy)),
  ...(spec.preferredHolder && !spec.strategy
    ? [forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined')]
    : []),
];

export const leaseRules: Rules<Lease> = { create: specErrors };
