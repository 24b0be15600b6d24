// The ConfigMaps and Secrets that a pod's spec names: what the kubelet watches for it. Pure.
import { containersOf, type Pod, specOf } from '../pod.ts';

export interface References {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

export function referencesOf(pod: Pod): References {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const put = (set: Set<string>, name: string | undefined) => name && set.add(name);
  const spec = specOf(pod);
  // What is not listed here a node may not read: the node authorizer derives the same list from the pod.
  for (const { name } of spec.imagePullSecrets ?? []) put(secrets, name);
  for (const container of containersOf(pod)) {
    for (const source of container.spec.envFrom ?? []) {
      put(configMaps, source.configMapRef?.name);
      put(secrets, source.secretRef?.name);
    }
    for (const { valueFrom } of container.spec.env ?? []) {
      put(configMaps, valueFrom?.configMapKeyRef?.name);
      put(secrets, valueFrom?.secretKeyRef?.name);
    }
  }
  for (const volume of spec.volumes ?? []) {
    put(configMaps, volume.configMap?.name);
    put(secrets, volume.secret?.secretName);
    for (const source of volume.projected?.sources ?? []) {
      put(configMaps, source.configMap?.name);
      put(secrets, source.secret?.name);
    }
  }
  return { configMaps, secrets };
}
