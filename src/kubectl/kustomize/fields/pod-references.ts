// Where pods, and what makes pods, name other objects: the part of kustomize's default configuration that repeats per kind.
import type { FieldSpec } from './field-spec.ts';

/** Which kinds have a pod's fields below which path. */
const PODS: Readonly<Record<string, string>> = {
  Pod: 'spec',
  PodTemplate: 'template/spec',
  Deployment: 'spec/template/spec',
  ReplicaSet: 'spec/template/spec',
  DaemonSet: 'spec/template/spec',
  StatefulSet: 'spec/template/spec',
  ReplicationController: 'spec/template/spec',
  Job: 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
};

const inContainers = (path: string): string[] => [`containers/${path}`, `initContainers/${path}`];

export const CONFIG_MAP_IN_POD = [
  'volumes/configMap/name',
  ...inContainers('env/valueFrom/configMapKeyRef/name'),
  ...inContainers('envFrom/configMapRef/name'),
  'volumes/projected/sources/configMap/name',
];

export const SECRET_IN_POD = [
  'volumes/secret/secretName',
  ...inContainers('env/valueFrom/secretKeyRef/name'),
  ...inContainers('envFrom/secretRef/name'),
  'imagePullSecrets/name',
  'volumes/projected/sources/secret/name',
];

/** Upstream leaves kinds out of each list: those without templates or without the reference. */
export const inPods = (paths: readonly string[], without: readonly string[]): FieldSpec[] =>
  Object.entries(PODS)
    .filter(([kind]) => !without.includes(kind))
    .flatMap(([kind, pod]) => paths.map((path) => ({ kind, path: `${pod}/${path}` })));
