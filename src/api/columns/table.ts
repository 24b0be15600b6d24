// Tables as the API server sends them to kubectl: the columns of each kind, and the row of an object.
// The columns of custom kinds come from their definitions (custom-columns.ts).

import { MutatingAdmissionPolicy } from '../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingAdmissionPolicy } from '../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { APIService } from '../kinds/apiregistration/v1/api-service.ts';
import { ControllerRevision } from '../kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { HorizontalPodAutoscaler } from '../kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import { HorizontalPodAutoscaler as AutoscalingV2HorizontalPodAutoscaler } from '../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { CronJob } from '../kinds/batch/v1/cron-job.ts';
import { Job } from '../kinds/batch/v1/job.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../kinds/coordination/v1/lease.ts';
import { ComponentStatus } from '../kinds/core/v1/component-status.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Event } from '../kinds/core/v1/event.ts';
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
import { ClusterRoleBinding } from '../kinds/rbac/v1/cluster-role-binding.ts';
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
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { ruledAs } from '../meta/v1/resource.ts';
import { decisionsOf } from '../scheme/own-decisions.ts';
import * as cluster from './cluster.ts';
import * as controlPlane from './control-plane.ts';
import * as network from './network.ts';
import { podPrinter } from './pod.ts';
import type { Cell, Column, Printer } from './printer.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

export const printers: ReadonlyMap<AnyResource, Printer> = new Map<AnyResource, Printer>([
  [Pod, podPrinter],
  [PodTemplate, workloads.podTemplate],
  [ReplicationController, workloads.replicationController],
  [Service, network.service],
  [Endpoints, network.endpoints],
  [Node, cluster.node],
  [Event, cluster.event],
  [Namespace, cluster.namespace],
  [Secret, cluster.secret],
  [ConfigMap, cluster.configMap],
  [ServiceAccount, cluster.serviceAccount],
  [ResourceQuota, cluster.resourceQuota],
  [ComponentStatus, cluster.componentStatus],
  [PersistentVolume, storage.persistentVolume],
  [PersistentVolumeClaim, storage.persistentVolumeClaim],
  [Deployment, workloads.deployment],
  [ReplicaSet, workloads.replicaSet],
  [DaemonSet, workloads.daemonSet],
  [StatefulSet, workloads.statefulSet],
  [ControllerRevision, workloads.controllerRevision],
  [Job, workloads.job],
  [CronJob, workloads.cronJob],
  [PodDisruptionBudget, workloads.podDisruptionBudget],
  [HorizontalPodAutoscaler, workloads.horizontalPodAutoscaler],
  [AutoscalingV2HorizontalPodAutoscaler, workloads.horizontalPodAutoscaler],
  [Ingress, network.ingress],
  [IngressClass, network.ingressClass],
  [NetworkPolicy, network.networkPolicy],
  [ServiceCIDR, network.serviceCIDR],
  [IPAddress, network.ipAddress],
  [EndpointSlice, network.endpointSlice],
  [EventsV1Event, cluster.newEvent],
  [Lease, cluster.lease],
  [PriorityClass, cluster.priorityClass],
  [RuntimeClass, cluster.runtimeClass],
  [StorageClass, storage.storageClass],
  [VolumeAttributesClass, storage.volumeAttributesClass],
  [VolumeAttachment, storage.volumeAttachment],
  [CSINode, storage.csiNode],
  [CSIDriver, storage.csiDriver],
  [CSIStorageCapacity, storage.csiStorageCapacity],
  [RoleBinding, controlPlane.roleBinding],
  [ClusterRoleBinding, controlPlane.roleBinding],
  [CertificateSigningRequest, controlPlane.certificateSigningRequest],
  [MutatingWebhookConfiguration, controlPlane.webhookConfiguration],
  [ValidatingWebhookConfiguration, controlPlane.webhookConfiguration],
  [ValidatingAdmissionPolicy, controlPlane.validatingAdmissionPolicy],
  [ValidatingAdmissionPolicyBinding, controlPlane.admissionPolicyBinding],
  [MutatingAdmissionPolicy, controlPlane.mutatingAdmissionPolicy],
  [MutatingAdmissionPolicyBinding, controlPlane.admissionPolicyBinding],
  [FlowSchema, controlPlane.flowSchema],
  [PriorityLevelConfiguration, controlPlane.priorityLevelConfiguration],
  [APIService, controlPlane.apiService],
  [DeviceClass, controlPlane.plain],
  [ResourceClaimTemplate, controlPlane.plain],
  [ResourceClaim, controlPlane.resourceClaim],
  [ResourceSlice, controlPlane.resourceSlice],
]);

const printerOf = (kind: AnyResource): Printer =>
  decisionsOf(kind)?.printer ?? printers.get(ruledAs(kind)) ?? controlPlane.unprinted;

export const tableColumns = (kind: AnyResource): readonly Column[] => printerOf(kind).columns;

/** One cell per column; `now` is in milliseconds since the epoch. */
export const tableRow = (kind: AnyResource, object: KubeObject, now: number): Cell[] =>
  printerOf(kind).row(object, now);
