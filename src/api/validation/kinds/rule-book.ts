// Which rules belong to which kind, by `group/Kind`. A kind that is missing here is checked by its definition alone.

import { segmentName } from '../object-meta.ts';
import { podRules } from '../pod/pod.ts';
import { type AnyRules, rulesFor } from '../rules.ts';
import { cronJobRules, jobRules } from './batch.ts';
import {
  configMapRules,
  eventRules,
  namespaceRules,
  newEventRules,
  nodeRules,
  secretRules,
  serviceAccountRules,
} from './core-config.ts';
import { customResourceDefinitionRules } from './custom-resource-definition.ts';
import { endpointSliceRules, endpointsRules } from './endpoints.ts';
import { ingressClassRules, ingressRules, networkPolicyRules } from './networking.ts';
import { limitRangeRules, resourceQuotaRules } from './quota.ts';
import { clusterRoleBindingRules, clusterRoleRules, roleBindingRules, roleRules } from './rbac.ts';
import { serviceRules } from './service.ts';
import {
  horizontalPodAutoscalerRules,
  leaseRules,
  podDisruptionBudgetRules,
  priorityClassRules,
} from './small-kinds.ts';
import { persistentVolumeClaimRules, persistentVolumeRules, storageClassRules } from './storage.ts';
import {
  controllerRevisionRules,
  daemonSetRules,
  deploymentRules,
  podTemplateRules,
  replicaSetRules,
  replicationControllerRules,
  statefulSetRules,
} from './workloads.ts';

export const ruleBook: ReadonlyMap<string, AnyRules> = new Map<string, AnyRules>([
  ['/Pod', rulesFor(podRules)],
  ['/PodTemplate', rulesFor(podTemplateRules)],
  ['/ReplicationController', rulesFor(replicationControllerRules)],
  ['/Service', rulesFor(serviceRules)],
  ['/Endpoints', rulesFor(endpointsRules)],
  ['/ConfigMap', rulesFor(configMapRules)],
  ['/Secret', rulesFor(secretRules)],
  ['/ServiceAccount', rulesFor(serviceAccountRules)],
  ['/Namespace', rulesFor(namespaceRules)],
  ['/Node', rulesFor(nodeRules)],
  ['/Event', rulesFor(eventRules)],
  ['/LimitRange', rulesFor(limitRangeRules)],
  ['/ResourceQuota', rulesFor(resourceQuotaRules)],
  ['/PersistentVolume', rulesFor(persistentVolumeRules)],
  ['/PersistentVolumeClaim', rulesFor(persistentVolumeClaimRules)],
  ['events.k8s.io/Event', rulesFor(newEventRules)],
  ['apps/Deployment', rulesFor(deploymentRules)],
  ['apps/ReplicaSet', rulesFor(replicaSetRules)],
  ['apps/DaemonSet', rulesFor(daemonSetRules)],
  ['apps/StatefulSet', rulesFor(statefulSetRules)],
  ['apps/ControllerRevision', rulesFor(controllerRevisionRules)],
  ['batch/Job', rulesFor(jobRules)],
  ['batch/CronJob', rulesFor(cronJobRules)],
  ['discovery.k8s.io/EndpointSlice', rulesFor(endpointSliceRules)],
  ['networking.k8s.io/Ingress', rulesFor(ingressRules)],
  ['networking.k8s.io/IngressClass', rulesFor(ingressClassRules)],
  ['networking.k8s.io/NetworkPolicy', rulesFor(networkPolicyRules)],
  ['rbac.authorization.k8s.io/Role', rulesFor(roleRules)],
  ['rbac.authorization.k8s.io/ClusterRole', rulesFor(clusterRoleRules)],
  ['rbac.authorization.k8s.io/RoleBinding', rulesFor(roleBindingRules)],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', rulesFor(clusterRoleBindingRules)],
  ['storage.k8s.io/StorageClass', rulesFor(storageClassRules)],
  ['coordination.k8s.io/Lease', rulesFor(leaseRules)],
  ['policy/PodDisruptionBudget', rulesFor(podDisruptionBudgetRules)],
  ['scheduling.k8s.io/PriorityClass', rulesFor(priorityClassRules)],
  ['autoscaling/HorizontalPodAutoscaler', rulesFor(horizontalPodAutoscalerRules)],
  ['apiextensions.k8s.io/CustomResourceDefinition', rulesFor(customResourceDefinitionRules)],
  ['apiregistration.k8s.io/APIService', { name: segmentName }],
]);
