// Validates Leases.
// Paths and messages follow k8s.io/kubernetes pkg/apis/coordination/validation. Called through rule-book.ts.
import type { Lease } from '../../kinds/coordination/v1/lease.ts';
import { invalid, nonNegative, positive } from '../field.ts';
import type { Rules } from '../rules.ts';

export const leaseRules: Rules<Lease> = {
  create: ({ spec }) => [
    ...positive('spec.leaseDurationSeconds', spec?.leaseDurationSeconds),
    ...nonNegative('spec.leaseTransitions', spec?.leaseTransitions),
    ...(spec?.holderIdentity === '' ? [invalid('spec.holderIdentity', '', 'must not be empty')] : []),
  ],
};
