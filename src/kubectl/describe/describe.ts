// Which description a kind has. Each is loaded when it is asked for. Called by the verb describe.
import type { Mapping } from '../discovery/served.ts';
import type { Subject } from './subject.ts';

type Describer = (subject: Subject) => Promise<string>;

const inFile = (load: () => Promise<{ readonly default: Describer }>): Describer => {
  return async (subject) => (await load()).default(subject);
};

const workloads = () => import('./workloads/replicas.ts');
const jobs = () => import('./workloads/jobs.ts');
const data = () => import('./access/data.ts');
const roles = () => import('./access/roles.ts');
const quotas = () => import('./cluster/quotas.ts');
const small = () => import('./cluster/small.ts');
const endpoints = () => import('./network/endpoints.ts');
const ingress = () => import('./network/ingress.ts');
const addresses = () => import('./network/addresses.ts');
const claims = () => import('./storage/claims.ts');
const classes = () => import('./storage/classes.ts');

/** By kind and group, as `Deployment.apps`. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  Pod: inFile(() => import('./pods/pod.ts')),
  ReplicationController: async (subject) => (await workloads()).replicationController(subject),
  Secret: async (subject) => (await data()).secret(subject),
  Service: inFile(() => import('./network/service.ts')),
  ServiceAccount: async (subject) => (await data()).serviceAccount(subject),
  Node: inFile(() => import('./cluster/node.ts')),
  LimitRange: async (subject) => (await quotas()).limitRange(subject),
  ResourceQuota: async (subject) => (await quotas()).resourceQuota(subject),
  PersistentVolume: async (subject) => (await claims()).volume(subject),
  PersistentVolumeClaim: async (subject) => (await claims()).claim(subject),
  Namespace: inFile(() => import('./cluster/namespace.ts')),
  Endpoints: async (subject) => (await endpoints()).endpoints(subject),
  ConfigMap: async (subject) => (await data()).configMap(subject),
  'EndpointSlice.discovery.k8s.io': async (subject) => (await endpoints()).endpointSlice(subject),
  'HorizontalPodAutoscaler.autoscaling': inFile(() => import('./workloads/autoscaler.ts')),
  'Ingress.networking.k8s.io': async (subject) => (await ingress()).ingress(subject),
  'IngressClass.networking.k8s.io': async (subject) => (await ingress()).ingressClass(subject),
  'ServiceCIDR.networking.k8s.io': async (subject) => (await addresses()).serviceCidr(subject),
  'IPAddress.networking.k8s.io': async (subject) => (await addresses()).ipAddress(subject),
  'NetworkPolicy.networking.k8s.io': inFile(() => import('./network/network-policy.ts')),
  'Job.batch': async (subject) => (await jobs()).job(subject),
  'CronJob.batch': async (subject) => (await jobs()).cronJob(subject),
  'StatefulSet.apps': async (subject) => (await workloads()).statefulSet(subject),
  'Deployment.apps': inFile(() => import('./workloads/deployment.ts')),
  'DaemonSet.apps': async (subject) => (await workloads()).daemonSet(subject),
  'ReplicaSet.apps': async (subject) => (await workloads()).replicaSet(subject),
  'CertificateSigningRequest.certificates.k8s.io': inFile(() => import('./cluster/certificate-request.ts')),
  'StorageClass.storage.k8s.io': async (subject) => (await classes()).storageClass(subject),
  'CSINode.storage.k8s.io': async (subject) => (await classes()).csiNode(subject),
  'VolumeAttributesClass.storage.k8s.io': async (subject) => (await classes()).volumeAttributesClass(subject),
  'PodDisruptionBudget.policy': async (subject) => (await small()).disruptionBudget(subject),
  'Role.rbac.authorization.k8s.io': async (subject) => (await roles()).role(subject),
  'ClusterRole.rbac.authorization.k8s.io': async (subject) => (await roles()).clusterRole(subject),
  'RoleBinding.rbac.authorization.k8s.io': async (subject) => (await roles()).roleBinding(subject),
  'ClusterRoleBinding.rbac.authorization.k8s.io': async (subject) =>
    (await roles()).clusterRoleBinding(subject),
  'PriorityClass.scheduling.k8s.io': async (subject) => (await small()).priorityClass(subject),
};

/** `path`: the object's own, for kinds that are described by their fields. */
export async function describeObject(mapping: Mapping, subject: Subject, path: string): Promise<string> {
  const { group, kind } = mapping;
  const key = group ? `${kind}.${group}` : kind;
  const describer = Object.hasOwn(DESCRIBERS, key) ? DESCRIBERS[key] : undefined;
  if (describer) return describer(subject);
  return (await import('./generic.ts')).describeAnything(subject, path);
}
