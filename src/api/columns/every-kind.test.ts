import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInKinds } from '../scheme/kinds.ts';
import { otherKinds } from '../scheme/other-kinds.ts';
import { scaleColumns } from './scale.ts';
import { tableColumns } from './table.ts';

const KINDS = [...builtInKinds, ...otherKinds];

/** `+`: only with -o wide. Without a type: string. */
const shown = (columns: ReturnType<typeof tableColumns>): string =>
  columns
    .map(({ name, type, priority }) => `${name}${type === 'string' ? '' : `:${type}`}${priority ? '+' : ''}`)
    .join(' | ');

/** Kinds that upstream has no columns for. */
const UNPRINTED = 'Name | Created At:date';

/** The columns of upstream v1.36 by kind: pkg/printers/internalversion/printers.go. */
const COLUMNS: Readonly<Record<string, string>> = {
  'core/v1/ComponentStatus': 'Name | Status | Message | Error',
  'core/v1/ConfigMap': 'Name | Data | Age',
  'core/v1/Endpoints': 'Name | Endpoints | Age',
  'core/v1/Event':
    'Last Seen | Type | Reason | Object | Subobject+ | Source+ | Message | First Seen+ | Count+ | Name+',
  'events.k8s.io/v1/Event':
    'Last Seen | Type | Reason | Object | Subobject+ | Source+ | Message | First Seen+ | Count+ | Name+',
  'core/v1/Namespace': 'Name | Status | Age',
  'core/v1/Node':
    'Name | Status | Roles | Age | Version | Internal-IP+ | External-IP+ | OS-Image+ | Kernel-Version+ | Container-Runtime+',
  'core/v1/PersistentVolumeClaim':
    'Name | Status | Volume | Capacity | Access Modes | StorageClass | VolumeAttributesClass | Age | VolumeMode+',
  'core/v1/PersistentVolume':
    'Name | Capacity | Access Modes | Reclaim Policy | Status | Claim | StorageClass | VolumeAttributesClass | Reason | Age | VolumeMode+',
  'core/v1/Pod': 'Name | Ready | Status | Restarts | Age | IP+ | Node+ | Nominated Node+ | Readiness Gates+',
  'core/v1/PodTemplate': 'Name | Containers | Images | Pod Labels',
  'core/v1/ReplicationController':
    'Name | Desired:integer | Current:integer | Ready:integer | Age | Containers+ | Images+ | Selector+',
  'apps/v1/ReplicaSet':
    'Name | Desired:integer | Current:integer | Ready:integer | Age | Containers+ | Images+ | Selector+',
  'core/v1/ResourceQuota': 'Name | Request | Limit | Age',
  'core/v1/Secret': 'Name | Type | Data | Age',
  'core/v1/ServiceAccount': 'Name | Age',
  'resource.k8s.io/v1/DeviceClass': 'Name | Age',
  'resource.k8s.io/v1/ResourceClaimTemplate': 'Name | Age',
  'core/v1/Service': 'Name | Type | Cluster-IP | External-IP | Port(s) | Age | Selector+',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy': 'Name | Mutations:integer | ParamKind | Age',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding': 'Name | PolicyName | ParamRef | Age',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': 'Name | PolicyName | ParamRef | Age',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': 'Name | Webhooks:integer | Age',
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': 'Name | Webhooks:integer | Age',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': 'Name | Validations:integer | ParamKind | Age',
  'apiregistration.k8s.io/v1/APIService': 'Name | Service | Available | Age',
  'apps/v1/ControllerRevision': 'Name | Controller | Revision | Age',
  'apps/v1/DaemonSet':
    'Name | Desired:integer | Current:integer | Ready:integer | Up-to-date:integer | Available:integer | Node Selector | Age | Containers+ | Images+ | Selector+',
  'apps/v1/Deployment': 'Name | Ready | Up-to-date | Available | Age | Containers+ | Images+ | Selector+',
  'apps/v1/StatefulSet': 'Name | Ready | Age | Containers+ | Images+',
  'autoscaling/v1/HorizontalPodAutoscaler': 'Name | Reference | Targets | MinPods | MaxPods | Replicas | Age',
  'autoscaling/v2/HorizontalPodAutoscaler': 'Name | Reference | Targets | MinPods | MaxPods | Replicas | Age',
  'batch/v1/CronJob':
    'Name | Schedule | Timezone | Suspend:boolean | Active:integer | Last Schedule | Age | Containers+ | Images+ | Selector+',
  'batch/v1/Job': 'Name | Status | Completions | Duration | Age | Containers+ | Images+ | Selector+',
  'certificates.k8s.io/v1/CertificateSigningRequest':
    'Name | Age | SignerName | Requestor | RequestedDuration | Condition',
  'coordination.k8s.io/v1/Lease': 'Name | Holder | Age',
  'discovery.k8s.io/v1/EndpointSlice': 'Name | AddressType | Ports | Endpoints | Age',
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema':
    'Name | PriorityLevel | MatchingPrecedence | DistinguisherMethod | Age | MissingPL',
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration':
    'Name | Type | NominalConcurrencyShares | Queues | HandSize | QueueLengthLimit | Age',
  'networking.k8s.io/v1/IngressClass': 'Name | Controller | Parameters | Age',
  'networking.k8s.io/v1/Ingress': 'Name | Class | Hosts | Address | Ports | Age',
  'networking.k8s.io/v1/IPAddress': 'Name | ParentRef',
  'networking.k8s.io/v1/NetworkPolicy': 'Name | Pod-Selector | Age',
  'networking.k8s.io/v1/ServiceCIDR': 'Name | CIDRs | Age',
  'node.k8s.io/v1/RuntimeClass': 'Name | Handler | Age',
  'policy/v1/PodDisruptionBudget':
    'Name | Min Available | Max Unavailable | Allowed Disruptions:integer | Age',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding':
    'Name | Role | Age | Users+ | Groups+ | ServiceAccounts+',
  'rbac.authorization.k8s.io/v1/RoleBinding': 'Name | Role | Age | Users+ | Groups+ | ServiceAccounts+',
  'storagemigration.k8s.io/v1beta1/StorageVersionMigration': 'Name | Resource | Status',
  'internal.apiserver.k8s.io/v1alpha1/StorageVersion': 'Name | CommonEncodingVersion | StorageVersions | Age',
  'coordination.k8s.io/v1beta1/LeaseCandidate': 'Name | LeaseName | BinaryVersion | EmulationVersion | Age',
  'certificates.k8s.io/v1beta1/ClusterTrustBundle': 'Name | SignerName',
  'certificates.k8s.io/v1beta1/PodCertificateRequest':
    'Name | PodName | ServiceAccountName | NodeName | SignerName | State | UnverifiedUserAnnotations',
  'resource.k8s.io/v1alpha3/ResourcePoolStatusRequest':
    'Name | Driver | Total | Available | Allocated | Unavailable | Errors | Pools:integer | Status | Completed',
  'resource.k8s.io/v1alpha3/DeviceTaintRule': 'Name | Key | Value | Effect | TimeAdded | Age',
  'resource.k8s.io/v1/ResourceClaim': 'Name | State | Age',
  'resource.k8s.io/v1/ResourceSlice': 'Name | Node | Driver | Pool | Age',
  'scheduling.k8s.io/v1alpha2/Workload': 'Name | Age',
  'scheduling.k8s.io/v1alpha2/PodGroup': 'Name | Policy | Workload | Status | Age',
  'scheduling.k8s.io/v1/PriorityClass':
    'Name | Value:integer | Global-Default:boolean | Age | PreemptionPolicy',
  'storage.k8s.io/v1/CSIDriver':
    'Name | AttachRequired:boolean | PodInfoOnMount:boolean | StorageCapacity:boolean | TokenRequests | RequiresRepublish:boolean | Modes | Age',
  'storage.k8s.io/v1/CSINode': 'Name | Drivers:integer | Age',
  'storage.k8s.io/v1/CSIStorageCapacity': 'Name | StorageClassName | Capacity',
  'storage.k8s.io/v1/StorageClass':
    'Name | Provisioner | ReclaimPolicy | VolumeBindingMode | AllowVolumeExpansion | Age',
  'storage.k8s.io/v1/VolumeAttachment': 'Name | Attacher | PV | Node | Attached:boolean | Age',
  'storage.k8s.io/v1/VolumeAttributesClass': 'Name | DriverName | Age',
};

const UNPRINTED_KINDS = [
  'core/v1/Binding',
  'core/v1/LimitRange',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'authentication.k8s.io/v1/SelfSubjectReview',
  'authentication.k8s.io/v1/TokenReview',
  'authorization.k8s.io/v1/LocalSubjectAccessReview',
  'authorization.k8s.io/v1/SelfSubjectAccessReview',
  'authorization.k8s.io/v1/SelfSubjectRulesReview',
  'authorization.k8s.io/v1/SubjectAccessReview',
  'rbac.authorization.k8s.io/v1/ClusterRole',
  'rbac.authorization.k8s.io/v1/Role',
];

test('every kind has the columns of upstream, in order, with their types, wide ones marked', () => {
  for (const kind of KINDS) {
    const { group, version, kind: name } = kind.resource;
    const id = `${group || 'core'}/${version}/${name}`;
    assert.equal(shown(tableColumns(kind)), UNPRINTED_KINDS.includes(id) ? UNPRINTED : COLUMNS[id], id);
    for (const { name: column, format, description } of tableColumns(kind)) {
      assert.equal(
        format === 'name',
        (column === 'Name' && id !== UNFORMATTED) || ALSO_NAMES.has(`${id} ${column}`),
        `${id} ${column}`,
      );
      assert.notEqual(description, '');
    }
  }
  assert.equal(shown(scaleColumns), 'Name | Desired:integer | Available:integer | Age');
});

/** Upstream gives its name no format. */
const UNFORMATTED = 'storagemigration.k8s.io/v1beta1/StorageVersionMigration';
/** Columns with the format of a name beside those that are called so. */
const ALSO_NAMES = new Set(['storage.k8s.io/v1/VolumeAttachment Attacher']);
