// Columns of the kinds that have no stable version.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion.
import type { StorageVersion } from '../kinds/apiserverinternal/v1alpha1/storage-version.ts';
import type { ClusterTrustBundle } from '../kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import type { PodCertificateRequest } from '../kinds/certificates/v1beta1/pod-certificate-request.ts';
import type { LeaseCandidate } from '../kinds/coordination/v1beta1/lease-candidate.ts';
import type { DeviceTaintRule } from '../kinds/resource/v1alpha3/device-taint-rule.ts';
import type {
  PoolStatus,
  ResourcePoolStatusRequest,
} from '../kinds/resource/v1alpha3/resource-pool-status-request.ts';
import type { PodGroup } from '../kinds/scheduling/v1alpha2/pod-group.ts';
import type { Workload } from '../kinds/scheduling/v1alpha2/workload.ts';
import type { StorageVersionMigration } from '../kinds/storagemigration/v1beta1/storage-version-migration.ts';
import { age, ageColumn, integer, labelsText, nameColumn, nameOf, printer, since, text } from './printer.ts';

const MIGRATION_STATES = ['Running', 'Failed', 'Succeeded'];

export const storageVersionMigration = printer<StorageVersionMigration>(
  [
    { ...nameColumn, format: '' },
    text('Resource', 'Resource that is migrated.'),
    text('Status', 'State of the migration.'),
  ],
  (migration) => {
    const { group, resource = '' } = migration.spec?.resource ?? {};
    const states = (migration.status?.conditions ?? []).filter(
      ({ type, status }) => status === 'True' && MIGRATION_STATES.includes(type),
    );
    return [nameOf(migration), group ? `${resource}.${group}` : resource, states.at(-1)?.type ?? 'Unknown'];
  },
);

const MOST_SERVERS = 3;

function serversText({ status }: StorageVersion): string {
  const servers = status?.storageVersions ?? [];
  const shown = servers
    .slice(0, MOST_SERVERS)
    .map(({ apiServerID, encodingVersion }) => `${apiServerID}=${encodingVersion}`)
    .join(',');
  const more = servers.length - MOST_SERVERS;
  return more > 0 ? `${shown} + ${more} more...` : shown || '<unset>';
}

export const storageVersion = printer<StorageVersion>(
  [
    nameColumn,
    text('CommonEncodingVersion', 'Version in which all API servers store objects.'),
    text('StorageVersions', 'Versions by API server.'),
    ageColumn,
  ],
  (version, now) => [
    nameOf(version),
    version.status?.commonEncodingVersion ?? '<unset>',
    serversText(version),
    age(version, now),
  ],
);

export const leaseCandidate = printer<LeaseCandidate>(
  [
    nameColumn,
    text('LeaseName', 'Lease that the candidate wants to hold.'),
    text('BinaryVersion', 'Version of the binary.'),
    text('EmulationVersion', 'Version that the binary emulates.'),
    ageColumn,
  ],
  (candidate, now) => [
    nameOf(candidate),
    candidate.spec.leaseName,
    candidate.spec.binaryVersion,
    candidate.spec.emulationVersion ?? '',
    age(candidate, now),
  ],
);

export const deviceTaintRule = printer<DeviceTaintRule>(
  [
    nameColumn,
    text('Key', 'Key of the taint.'),
    text('Value', 'Value of the taint.'),
    text('Effect', 'Effect of the taint.'),
    text('TimeAdded', 'Time since the taint got its effect.'),
    ageColumn,
  ],
  (rule, now) => {
    const { key, value = '', effect, timeAdded } = rule.spec.taint;
    return [nameOf(rule), key, value, effect, timeAdded ? since(timeAdded, now) : '', age(rule, now)];
  },
);

export const clusterTrustBundle = printer<ClusterTrustBundle>(
  [nameColumn, text('SignerName', 'Signer that the trust anchors belong to.')],
  (bundle) => [nameOf(bundle), bundle.spec.signerName || '<none>'],
);

const OUTCOMES = ['Issued', 'Denied', 'Failed'];

export const podCertificateRequest = printer<PodCertificateRequest>(
  [
    nameColumn,
    text('PodName', 'Pod that the certificate is for.'),
    text('ServiceAccountName', 'Service account of the pod.'),
    text('NodeName', 'Node of the pod.'),
    text('SignerName', 'Signer that is asked.'),
    text('State', 'Pending, Issued, Denied or Failed.'),
    text('UnverifiedUserAnnotations', 'Annotations for the signer.'),
  ],
  (request) => {
    const { podName, serviceAccountName, nodeName, signerName, unverifiedUserAnnotations } = request.spec;
    const types = (request.status?.conditions ?? []).map(({ type }) => type);
    const state = types.filter((type) => OUTCOMES.includes(type)).at(-1) ?? 'Pending';
    const annotations = labelsText(unverifiedUserAnnotations);
    return [nameOf(request), podName, serviceAccountName, nodeName, signerName, state, annotations];
  },
);

export const workload = printer<Workload>([nameColumn, ageColumn], (object, now) => [
  nameOf(object),
  age(object, now),
]);

function groupState({ status }: PodGroup): string {
  const last = (type: string) => status?.conditions?.filter((one) => one.type === type).at(-1);
  const disrupted = last('DisruptionTarget');
  if (disrupted) return disrupted.reason;
  const scheduled = last('PodGroupScheduled');
  if (!scheduled) return 'Pending';
  return scheduled.status === 'True' ? 'Scheduled' : 'Unschedulable';
}

export const podGroup = printer<PodGroup>(
  [
    nameColumn,
    text('Policy', 'How the pods are scheduled: Basic or Gang.'),
    text('Workload', 'Workload that the group belongs to.'),
    text('Status', 'State of the group.'),
    ageColumn,
  ],
  (group, now) => [
    nameOf(group),
    group.spec.schedulingPolicy?.gang ? 'Gang' : 'Basic',
    group.spec.podGroupTemplateRef?.workload?.workloadName ?? '<none>',
    groupState(group),
    age(group, now),
  ],
);

const outcomeOf = ({ status }: ResourcePoolStatusRequest) =>
  status?.conditions?.find((one) => ['Complete', 'Failed'].includes(one.type) && one.status === 'True');

/** Total, available, allocated and unavailable devices, and pools with errors. */
function poolCells(request: ResourcePoolStatusRequest): string[] {
  const { status } = request;
  if (!status || outcomeOf(request)?.type === 'Failed') return ['-', '-', '-', '-', '-'];
  const pools: readonly PoolStatus[] = status.pools ?? [];
  const sum = (of: (pool: PoolStatus) => number | undefined) =>
    String(pools.reduce((total, pool) => total + (of(pool) ?? 0), 0));
  return [
    sum(({ totalDevices }) => totalDevices),
    sum(({ availableDevices }) => availableDevices),
    sum(({ allocatedDevices }) => allocatedDevices),
    sum(({ unavailableDevices }) => unavailableDevices),
    sum(({ validationError }) => (validationError === undefined ? 0 : 1)),
  ];
}

export const resourcePoolStatusRequest = printer<ResourcePoolStatusRequest>(
  [
    nameColumn,
    text('Driver', 'Driver whose pools are counted.'),
    text('Total', 'Number of devices in all pools.'),
    text('Available', 'Number of devices that are available.'),
    text('Allocated', 'Number of devices that are allocated.'),
    text('Unavailable', 'Number of devices that are unavailable.'),
    text('Errors', 'Number of pools with errors.'),
    integer('Pools', 'Number of pools that match.'),
    text('Status', 'State of the request.'),
    text('Completed', 'Time since the request was answered.'),
  ],
  (request, now) => {
    const { poolCount = 0, pools = [] } = request.status ?? {};
    const outcome = outcomeOf(request);
    const isComplete = outcome?.type === 'Complete';
    const state =
      isComplete && poolCount > pools.length
        ? `Complete (${pools.length}/${poolCount} pools)`
        : (outcome?.type ?? 'Pending');
    return [
      nameOf(request),
      request.spec.driver,
      ...poolCells(request),
      poolCount,
      state,
      isComplete ? since(outcome.lastTransitionTime, now) : '<none>',
    ];
  },
);
