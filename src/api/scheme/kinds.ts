// All built-in kinds that are served, in the order of the API groups. What else a kind needs: docs/checklists/add-a-kind.md.

import { MutatingAdmissionPolicy } from '../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingAdmissionPolicy } from '../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { APIService } from '../kinds/apiregistration/v1/api-service.ts';
import { ControllerRevision } from '../kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { SelfSubjectReview } from '../kinds/authentication/v1/self-subject-review.ts';
import { TokenReview } from '../kinds/authentication/v1/token-review.ts';
import { LocalSubjectAccessReview } from '../kinds/authorization/v1/local-subject-access-review.ts';
import { SelfSubjectAccessReview } from '../kinds/authorization/v1/self-subject-access-review.ts';
import { SelfSubjectRulesReview } from '../kinds/authorization/v1/self-subject-rules-review.ts';
import { SubjectAccessReview } from '../kinds/authorization/v1/subject-access-review.ts';
import { HorizontalPodAutoscaler } from '../kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import { HorizontalPodAutoscaler as AutoscalingV2HorizontalPodAutoscaler } from '../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { CronJob } from '../kinds/batch/v1/cron-job.ts';
import { Job } from '../kinds/batch/v1/job.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../kinds/coordination/v1/lease.ts';
import { Binding } from '../kinds/core/v1/binding.ts';
import { ComponentStatus } from '../kinds/core/v1/component-status.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { LimitRange } from '../kinds/core/v1/limit-range.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { PodTemplate } from '../kinds/core/v1/pod-template.ts';
import { ReplicationController } from '../kinds/core/v1/replication-controller.ts';
import { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { Event as EventsV1Event } from '../kinds/events/v1/event.ts';
import { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import { Ingress } from '../kinds/networking/v1/ingress.ts';
import { IngressClass } from '../kinds/networking/v1/ingress-class.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { NetworkPolicy } from '../kinds/networking/v1/network-policy.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { RuntimeClass } from '../kinds/node/v1/runtime-class.ts';
import { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../kinds/rbac/v1/role.ts';
import { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';
import { DeviceClass } from '../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../kinds/resource/v1/resource-claim-template.ts';
import { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';
import { CSIDriver } from '../kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../kinds/storage/v1/volume-attachment.ts';
import { VolumeAttributesClass } from '../kinds/storage/v1/volume-attributes-class.ts';
import type { AnyResource } from '../meta/v1/resource.ts';

export const builtInKinds: readonly AnyResource[] = [
  Binding,
  ComponentStatus,
  ConfigMap,
  Endpoints,
  Event,
  LimitRange,
  Namespace,
  Node,
  PersistentVolumeClaim,
  PersistentVolume,
  Pod,
  PodTemplate,
  ReplicationController,
  ResourceQuota,
  Secret,
  ServiceAccount,
  Service,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
  CustomResourceDefinition,
  APIService,
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
  SelfSubjectReview,
  TokenReview,
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  HorizontalPodAutoscaler,
  AutoscalingV2HorizontalPodAutoscaler,
  CronJob,
  Job,
  CertificateSigningRequest,
  Lease,
  EndpointSlice,
  EventsV1Event,
  FlowSchema,
  PriorityLevelConfiguration,
  IngressClass,
  Ingress,
  IPAddress,
  NetworkPolicy,
  ServiceCIDR,
  RuntimeClass,
  PodDisruptionBudget,
  ClusterRoleBinding,
  ClusterRole,
  RoleBinding,
  Role,
  DeviceClass,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceSlice,
  PriorityClass,
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
];
