// Validates CSIDrivers.
// Paths and messages follow k8s.io/kubernetes pkg/apis/storage/validation, which calls one field attachedRequired.
// Called through rule-book.ts.
import type { CSIDriver, CSIDriverSpec } from '../../../kinds/storage/v1/csi-driver.ts';
import { duplicate, errorsOfItems, type FieldError, invalid, notSupported, required } from '../../field.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';

const ATTACH = 'spec.attachedRequired';
const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];
/** Seconds. */
const SHORTEST_PERIOD = 10;
const SHORTEST_TOKEN = 600;
const LONGEST_TOKEN = 2 ** 32;

function tokenErrors({ tokenRequests }: CSIDriverSpec): FieldError[] {
  const audiences = new Set<string>();
  return errorsOfItems(tokenRequests, ({ audience = '', expirationSeconds: seconds }, i) => {
    const path = `spec.tokenRequests[${i}]`;
    if (audiences.has(audience)) return [duplicate(`${path}.audience`, audience)];
    audiences.add(audience);
    if (seconds === undefined) return [];
    const at = `${path}.expirationSeconds`;
    if (seconds < SHORTEST_TOKEN)
      return [invalid(at, seconds, 'may not specify a duration less than 10 minutes')];
    return seconds > LONGEST_TOKEN
      ? [invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : [];
  });
}

function driver({ spec }: CSIDriver): FieldError[] {
  const { fsGroupPolicy, nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets } = spec;
  const need = (path: string, value: boolean | undefined) => (value === undefined ? [required(path)] : []);
  return [
    ...need(ATTACH, spec.attachRequired),
    ...need('spec.podInfoOnMount', spec.podInfoOnMount),
    ...need('spec.storageCapacity', spec.storageCapacity),
    ...(fsGroupPolicy !== undefined && !groupPolicies.includes(fsGroupPolicy)
      ? [notSupported('spec.fsGroupPolicy', fsGroupPolicy, groupPolicies)]
      : []),
    ...tokenErrors(spec),
    ...errorsOfItems(spec.volumeLifecycleModes, (mode) =>
      lifecycleModes.includes(mode) ? [] : [notSupported('spec.volumeLifecycleModes', mode, lifecycleModes)],
    ),
    ...need('spec.seLinuxMount', spec.seLinuxMount),
    ...(period !== undefined && period < SHORTEST_PERIOD
      ? [
          invalid(
            'spec.nodeAllocatableUpdatePeriodSeconds',
            period,
            'must be greater than or equal to 10 seconds',
          ),
        ]
      : []),
    ...(serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length
      ? [
          invalid(
            'spec.serviceAccountTokenInSecrets',
            serviceAccountTokenInSecrets,
            'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
          ),
        ]
      : []),
  ];
}

export const csiDriverRules: Rules<CSIDriver> = {
  create: driver,
  update: (d, old) => [
    ...driver(d),
    ...unchanged(ATTACH, d.spec.attachRequired, old.spec.attachRequired),
    ...unchanged(
      'spec.volumeLifecycleModes',
      d.spec.volumeLifecycleModes ?? [],
      old.spec.volumeLifecycleModes ?? [],
    ),
  ],
};
