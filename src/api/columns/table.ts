// Tables as the API server sends them to kubectl: the columns of a kind and the row of an object.
// Kinds of CustomResourceDefinitions bring their own columns (custom-columns.ts).
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import * as cluster from './cluster.ts';
import * as controlPlane from './control-plane.ts';
import * as network from './network.ts';
import { podPrinter } from './pod.ts';
import type { Cell, Column, Printer } from './printer.ts';
import * as storage from './storage.ts';
import * as workloads from './workloads.ts';

const byKind: ReadonlyMap<string, Printer> = new Map<string, Printer>([
  ['/Pod', podPrinter],
  ['/PodTemplate', workloads.podTemplate],
  ['/ReplicationController', workloads.replicationController],
  ['/Service', network.service],
  ['/Endpoints', network.endpoints],
  ['/Node', cluster.node],
  ['/Event', cluster.event],
  ['/Namespace', cluster.namespace],
  ['/Secret', cluster.secret],
  ['/ConfigMap', cluster.configMap],
  ['/ServiceAccount', cluster.serviceAccount],
  ['/ResourceQuota', cluster.resourceQuota],
  ['/ComponentStatus', cluster.componentStatus],
  ['/PersistentVolume', storage.persistentVolume],
  ['/PersistentVolumeClaim', storage.persistentVolumeClaim],
  ['apps/Deployment', workloads.deployment],
  ['apps/ReplicaSet', workloads.replicaSet],
  ['apps/DaemonSet', workloads.daemonSet],
  ['apps/StatefulSet', workloads.statefulSet],
  ['apps/ControllerRevision', workloads.controllerRevision],
  ['batch/Job', workloads.job],
  ['batch/CronJob', workloads.cronJob],
  ['policy/PodDisruptionBudget', workloads.podDisruptionBudget],
  ['autoscaling/HorizontalPodAutoscaler', workloads.horizontalPodAutoscaler],
  ['autoscaling/Scale', controlPlane.scale],
  ['networking.k8s.io/Ingress', network.ingress],
  ['networking.k8s.io/IngressClass', network.ingressClass],
  ['networking.k8s.io/NetworkPolicy', network.networkPolicy],
  ['networking.k8s.io/ServiceCIDR', network.serviceCIDR],
  ['networking.k8s.io/IPAddress', network.ipAddress],
  ['discovery.k8s.io/EndpointSlice', network.endpointSlice],
  ['events.k8s.io/Event', cluster.newEvent],
  ['coordination.k8s.io/Lease', cluster.lease],
  ['scheduling.k8s.io/PriorityClass', cluster.priorityClass],
  ['node.k8s.io/RuntimeClass', cluster.runtimeClass],
  ['storage.k8s.io/StorageClass', storage.storageClass],
  ['storage.k8s.io/VolumeAttributesClass', storage.volumeAttributesClass],
  ['storage.k8s.io/VolumeAttachment', storage.volumeAttachment],
  ['storage.k8s.io/CSINode', storage.csiNode],
  ['storage.k8s.io/CSIDriver', storage.csiDriver],
  ['storage.k8s.io/CSIStorageCapacity', storage.csiStorageCapacity],
  ['rbac.authorization.k8s.io/RoleBinding', controlPlane.roleBinding],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', controlPlane.roleBinding],
  ['certificates.k8s.io/CertificateSigningRequest', controlPlane.certificateSigningRequest],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', controlPlane.webhookConfiguration],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', controlPlane.webhookConfiguration],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicy', controlPlane.validatingAdmissionPolicy],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding', controlPlane.admissionPolicyBinding],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicy', controlPlane.mutatingAdmissionPolicy],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicyBinding', controlPlane.admissionPolicyBinding],
  ['flowcontrol.apiserver.k8s.io/FlowSchema', controlPlane.flowSchema],
  ['flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration', controlPlane.priorityLevelConfiguration],
  ['apiregistration.k8s.io/APIService', controlPlane.apiService],
  ['resource.k8s.io/DeviceClass', controlPlane.plain],
  ['resource.k8s.io/ResourceClaimTemplate', controlPlane.plain],
  ['resource.k8s.io/ResourceClaim', controlPlane.resourceClaim],
  ['resource.k8s.io/ResourceSlice', controlPlane.resourceSlice],
]);

const printerOf = (kind: AnyResource): Printer =>
  byKind.get(`${kind.resource.group}/${kind.resource.kind}`) ?? controlPlane.unprinted;

export const tableColumns = (kind: AnyResource): readonly Column[] => printerOf(kind).columns;

/** One cell per column; `now` is in milliseconds since the epoch. */
export const tableRow = (kind: AnyResource, object: KubeObject, now: number): Cell[] =>
  printerOf(kind).row(object, now);
