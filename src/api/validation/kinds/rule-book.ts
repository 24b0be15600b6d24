// Which validation rules belong to which kind. A kind that is not here is checked by its definition alone.
import { FeatureGates } from '../../features/feature-gates.ts';
import { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingWebhookConfiguration } from '../../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingWebhookConfiguration } from '../../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { ControllerRevision } from '../../kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../../kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import { HorizontalPodAutoscaler } from '../../kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import { HorizontalPodAutoscaler as AutoscalingV2HorizontalPodAutoscaler } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import { Job } from '../../kinds/batch/v1/job.ts';
import { CertificateSigningRequest } from '../../kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../../kinds/coordination/v1/lease.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Endpoints } from '../../kinds/core/v1/endpoints.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { LimitRange } from '../../kinds/core/v1/limit-range.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { PodTemplate } from '../../kinds/core/v1/pod-template.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';
import { ResourceQuota } from '../../kinds/core/v1/resource-quota.ts';
import { Secret } from '../../kinds/core/v1/secret.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { Event as EventsV1Event } from '../../kinds/events/v1/event.ts';
import { FlowSchema } from '../../kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../../kinds/flowcontrol/v1/priority-level-configuration.ts';
import { Ingress } from '../../kinds/networking/v1/ingress.ts';
import { IngressClass } from '../../kinds/networking/v1/ingress-class.ts';
import { IPAddress } from '../../kinds/networking/v1/ip-address.ts';
import { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import { ServiceCIDR } from '../../kinds/networking/v1/service-cidr.ts';
import { RuntimeClass } from '../../kinds/node/v1/runtime-class.ts';
import { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from '../../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../../kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../kinds/rbac/v1/role-binding.ts';
import { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../kinds/resource/v1/resource-claim-template.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';
import { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../../kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import { VolumeAttributesClass } from '../../kinds/storage/v1/volume-attributes-class.ts';
import type { AnyResource } from '../../meta/v1/resource.ts';
import {
  mutatingAdmissionPolicyBindingRules,
  mutatingAdmissionPolicyRules,
} from '../admission/mutating-admission-policy.ts';
import {
  validatingAdmissionPolicyBindingRules,
  validatingAdmissionPolicyRules,
} from '../admission/validating-admission-policy.ts';
import { webhookConfigurationRules } from '../admission/webhook-configuration.ts';
import { certificateSigningRequestRules } from '../certificates/certificate-signing-request.ts';
import { podRules } from '../pod/pod.ts';
import type { AnyRules } from '../rules.ts';
import { limitRangeRules } from './amounts/limit-range.ts';
import { resourceQuotaRules } from './amounts/quota.ts';
import { apiServiceRules } from './apiregistration/api-service.ts';
import { horizontalPodAutoscalerRules } from './autoscaling/horizontal-pod-autoscaler.ts';
import { cronJobRules, jobRules } from './batch.ts';
import { configMapRules, namespaceRules, secretRules, serviceAccountRules } from './core-config.ts';
import { customResourceDefinitionRules } from './custom-resources/definition.ts';
import { resourceClaimRules, resourceClaimTemplateRules } from './devices/claims/claim.ts';
import { deviceClassRules } from './devices/device-class.ts';
import { resourceSliceRules } from './devices/slices/slice.ts';
import { endpointSliceRules, endpointsRules } from './endpoints.ts';
import { eventRules, newEventRules } from './events.ts';
import { flowSchemaRules } from './flow-control/flow-schema.ts';
import { priorityLevelRules } from './flow-control/priority-level.ts';
import { leaseRules } from './lease.ts';
import { ingressRules } from './networking/ingress.ts';
import { ingressClassRules } from './networking/ingress-class.ts';
import { ipAddressRules } from './networking/ip-address.ts';
import { networkPolicyRules } from './networking/network-policy.ts';
import { serviceCidrRules } from './networking/service-cidr.ts';
import { nodeRules } from './node.ts';
import { podDisruptionBudgetRules } from './pod-disruption-budget.ts';
import { priorityClassRules } from './priority-class.ts';
import { clusterRoleBindingRules, clusterRoleRules, roleBindingRules, roleRules } from './rbac.ts';
import { runtimeClassRules } from './runtime-class.ts';
import { serviceRules } from './service/service.ts';
import { persistentVolumeClaimRules } from './storage/claim.ts';
import { storageClassRules, volumeAttributesClassRules } from './storage/classes.ts';
import { csiDriverRules } from './storage/csi-driver.ts';
import { csiNodeRules, csiStorageCapacityRules } from './storage/csi-node.ts';
import { persistentVolumeRules } from './storage/volume.ts';
import { volumeAttachmentRules } from './storage/volume-attachment.ts';
import {
  controllerRevisionRules,
  daemonSetRules,
  deploymentRules,
  podTemplateRules,
  replicaSetRules,
  replicationControllerRules,
  statefulSetRules,
} from './workloads/workloads.ts';

/** Their defaults: where a server's own matter, its strategies have the rules. */
const gates = new FeatureGates();

export const ruleBook: ReadonlyMap<AnyResource, AnyRules> = new Map<AnyResource, AnyRules>([
  [ValidatingAdmissionPolicy, validatingAdmissionPolicyRules],
  [ValidatingAdmissionPolicyBinding, validatingAdmissionPolicyBindingRules],
  [MutatingAdmissionPolicy, mutatingAdmissionPolicyRules],
  [MutatingAdmissionPolicyBinding, mutatingAdmissionPolicyBindingRules],
  [ValidatingWebhookConfiguration, webhookConfigurationRules],
  [MutatingWebhookConfiguration, webhookConfigurationRules],
  [DeviceClass, deviceClassRules(gates)],
  [ResourceClaim, resourceClaimRules(gates)],
  [ResourceClaimTemplate, resourceClaimTemplateRules(gates)],
  [ResourceSlice, resourceSliceRules],
  [Pod, podRules],
  [PodTemplate, podTemplateRules],
  [ReplicationController, replicationControllerRules],
  [Service, serviceRules],
  [Endpoints, endpointsRules],
  [ConfigMap, configMapRules],
  [Secret, secretRules],
  [ServiceAccount, serviceAccountRules],
  [Namespace, namespaceRules],
  [Node, nodeRules],
  [Event, eventRules],
  [LimitRange, limitRangeRules],
  [ResourceQuota, resourceQuotaRules],
  [PersistentVolume, persistentVolumeRules],
  [PersistentVolumeClaim, persistentVolumeClaimRules],
  [EventsV1Event, newEventRules],
  [Deployment, deploymentRules],
  [ReplicaSet, replicaSetRules],
  [DaemonSet, daemonSetRules],
  [StatefulSet, statefulSetRules],
  [ControllerRevision, controllerRevisionRules],
  [Job, jobRules],
  [CronJob, cronJobRules],
  [EndpointSlice, endpointSliceRules],
  [Ingress, ingressRules],
  [IngressClass, ingressClassRules],
  [IPAddress, ipAddressRules],
  [ServiceCIDR, serviceCidrRules],
  [NetworkPolicy, networkPolicyRules],
  [Role, roleRules],
  [ClusterRole, clusterRoleRules],
  [RoleBinding, roleBindingRules],
  [ClusterRoleBinding, clusterRoleBindingRules],
  [StorageClass, storageClassRules],
  [VolumeAttributesClass, volumeAttributesClassRules],
  [CSIDriver, csiDriverRules],
  [CSINode, csiNodeRules],
  [CSIStorageCapacity, csiStorageCapacityRules],
  [VolumeAttachment, volumeAttachmentRules],
  [CertificateSigningRequest, certificateSigningRequestRules],
  [FlowSchema, flowSchemaRules],
  [PriorityLevelConfiguration, priorityLevelRules],
  [RuntimeClass, runtimeClassRules],
  [Lease, leaseRules],
  [PodDisruptionBudget, podDisruptionBudgetRules],
  [PriorityClass, priorityClassRules],
  [HorizontalPodAutoscaler, horizontalPodAutoscalerRules],
  [AutoscalingV2HorizontalPodAutoscaler, horizontalPodAutoscalerRules],
  [CustomResourceDefinition, customResourceDefinitionRules],
  [APIService, apiServiceRules],
]);
