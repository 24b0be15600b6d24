// The strategy of every stored kind, keyed by the kind object. Kinds without rules of their own are listed as `plain`, so
// that completeness.test.ts fails for a kind that was forgotten.
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { MutatingAdmissionPolicy } from '../../api/kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingAdmissionPolicyBinding } from '../../api/kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingWebhookConfiguration } from '../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingAdmissionPolicy } from '../../api/kinds/admissionregistration/v1/validating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../../api/kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingWebhookConfiguration } from '../../api/kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { APIService } from '../../api/kinds/apiregistration/v1/api-service.ts';
import { ControllerRevision } from '../../api/kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { CronJob } from '../../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { LimitRange } from '../../api/kinds/core/v1/limit-range.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodTemplate } from '../../api/kinds/core/v1/pod-template.ts';
import { ReplicationController } from '../../api/kinds/core/v1/replication-controller.ts';
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { FlowSchema } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';
import { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../../api/kinds/networking/v1/ingress-class.ts';
import { IPAddress } from '../../api/kinds/networking/v1/ip-address.ts';
import { NetworkPolicy } from '../../api/kinds/networking/v1/network-policy.ts';
import { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { RuntimeClass } from '../../api/kinds/node/v1/runtime-class.ts';
import { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import { DeviceClass } from '../../api/kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../api/kinds/resource/v1/resource-claim-template.ts';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { PriorityClass } from '../../api/kinds/scheduling/v1/priority-class.ts';
import { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../../api/kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import { apiServiceStrategy } from '../aggregation/strategy.ts';
import { type Definitions, definitionStrategy } from '../crd/definitions/strategy.ts';
import type { Strategy } from '../registry/strategy.ts';
import { certificateSigningRequestStrategy } from './certificate-signing-request.ts';
import type { LabelsOfNamespace } from './devices/admin-access.ts';
import {
  deviceClassStrategy,
  resourceClaimStrategy,
  resourceClaimTemplateStrategy,
  resourceSliceStrategy,
} from './devices/strategies.ts';
import { endpointSliceStrategy } from './endpoint-slice.ts';
import { eventStrategy } from './event.ts';
import { flowSchemaStrategy, priorityLevelStrategy } from './flow-control.ts';
import { autoscalerStrategy } from './horizontal-pod-autoscaler.ts';
import { keepMetadata } from './keep-metadata.ts';
import { leaseStrategy } from './lease.ts';
import { namespaceStrategy } from './namespace.ts';
import { nodeStrategy } from './node.ts';
import { podStrategy } from './pod.ts';
import { secretStrategy } from './secret.ts';
import { type ServiceResources, serviceStrategy } from './service/service.ts';
import { serviceAccountStrategy } from './service-account.ts';
import { csiDriverStrategy } from './storage/csi-driver.ts';
import { persistentVolumeStrategy } from './storage/persistent-volume.ts';
import { persistentVolumeClaimStrategy } from './storage/persistent-volume-claim.ts';
import { jobStrategy } from './workloads/job.ts';
import { statefulSetStrategy } from './workloads/stateful-set.ts';

/** The generic rules of registry/stored/ suffice. */
const plain: Strategy = {};
/** metadata.generation is incremented when the desired state changes; otherwise plain. */
const counted: Strategy = { generation: true };
/** Updates must carry a resourceVersion; otherwise plain. */
const versioned: Strategy = { unconditionalUpdate: false };

export type Strategies = ReadonlyMap<AnyResource, Strategy>;

export const strategies = (
  services: () => ServiceResources,
  definitions: Definitions,
  labelsOf: LabelsOfNamespace,
  features = new FeatureGates(),
): Strategies =>
  new Map<AnyResource, Strategy>([
    of(ConfigMap, plain),
    of(Endpoints, { createOnUpdate: true }),
    of(Event, eventStrategy),
    of(LimitRange, { createOnUpdate: true }),
    of(Namespace, namespaceStrategy),
    of(Node, nodeStrategy),
    of(PersistentVolumeClaim, persistentVolumeClaimStrategy(features)),
    of(PersistentVolume, persistentVolumeStrategy),
    of(Pod, podStrategy),
    of(PodTemplate, { generation: true, returnsDeleted: true }),
    of(ReplicationController, { generation: true, orphanByDefault: true }),
    of(ResourceQuota, { returnsDeleted: true }),
    of(Secret, secretStrategy),
    of(ServiceAccount, serviceAccountStrategy),
    of(Service, serviceStrategy(services)),
    of(MutatingAdmissionPolicy, counted),
    of(MutatingAdmissionPolicyBinding, counted),
    of(MutatingWebhookConfiguration, counted),
    of(ValidatingAdmissionPolicy, counted),
    of(ValidatingAdmissionPolicyBinding, counted),
    of(ValidatingWebhookConfiguration, counted),
    of(CustomResourceDefinition, definitionStrategy(definitions)),
    of(APIService, apiServiceStrategy),
    of(ControllerRevision, plain),
    of(DaemonSet, counted),
    of(Deployment, counted),
    of(ReplicaSet, counted),
    of(StatefulSet, statefulSetStrategy(features)),
    of(HorizontalPodAutoscaler, autoscalerStrategy(features)),
    of(CronJob, counted),
    of(Job, jobStrategy),
    of(CertificateSigningRequest, certificateSigningRequestStrategy),
    of(Lease, leaseStrategy(features)),
    of(EndpointSlice, endpointSliceStrategy),
    of(FlowSchema, flowSchemaStrategy),
    of(PriorityLevelConfiguration, priorityLevelStrategy),
    of(IngressClass, counted),
    of(Ingress, counted),
    of(IPAddress, plain),
    of(NetworkPolicy, counted),
    of(ServiceCIDR, plain),
    of(RuntimeClass, { createOnUpdate: true, unconditionalUpdate: false }),
    of(PodDisruptionBudget, { generation: true, unconditionalUpdate: false }),
    of(ClusterRoleBinding, { createOnUpdate: true }),
    of(ClusterRole, { createOnUpdate: true }),
    of(RoleBinding, { createOnUpdate: true }),
    of(Role, { createOnUpdate: true }),
    of(DeviceClass, deviceClassStrategy(features)),
    of(ResourceClaim, resourceClaimStrategy(features, labelsOf)),
    of(ResourceClaimTemplate, resourceClaimTemplateStrategy(features, labelsOf)),
    of(ResourceSlice, resourceSliceStrategy(features)),
    of(PriorityClass, counted),
    of(CSIDriver, csiDriverStrategy(features)),
    of(CSINode, versioned),
    of(CSIStorageCapacity, versioned),
    of(StorageClass, plain),
    of(VolumeAttachment, { unconditionalUpdate: false, prepareStatus: keepMetadata }),
    of(VolumeAttributesClass, plain),
  ]);

const of = <K extends AnyResource>(
  kind: K,
  strategy: Strategy<ObjectOf<K> & KubeObject>,
): readonly [AnyResource, Strategy] => [kind, strategy];
