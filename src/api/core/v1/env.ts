import { boolean, type Of, ref, required, string, struct } from '../../schema/notation.ts';
import {
  ConfigMapKeySelector,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
  SecretKeySelector,
} from './references.ts';

export const ConfigMapEnvSource = struct('io.k8s.api.core.v1.ConfigMapEnvSource', {
  name: string(1, { inline: [1] }),
  optional: boolean(2, { emit: 'if-set' }),
});
export interface ConfigMapEnvSource extends Of<typeof ConfigMapEnvSource> {}

export const SecretEnvSource = struct('io.k8s.api.core.v1.SecretEnvSource', {
  name: string(1, { inline: [1] }),
  optional: boolean(2, { emit: 'if-set' }),
});
export interface SecretEnvSource extends Of<typeof SecretEnvSource> {}

export const EnvFromSource = struct('io.k8s.api.core.v1.EnvFromSource', {
  configMapRef: ref(2, ConfigMapEnvSource, { emit: 'if-set' }),
  prefix: string(1),
  secretRef: ref(3, SecretEnvSource, { emit: 'if-set' }),
});
export interface EnvFromSource extends Of<typeof EnvFromSource> {}

export const EnvVarSource = struct('io.k8s.api.core.v1.EnvVarSource', {
  configMapKeyRef: ref(3, ConfigMapKeySelector, { emit: 'if-set' }),
  fieldRef: ref(1, ObjectFieldSelector, { emit: 'if-set' }),
  fileKeyRef: ref(5, FileKeySelector, { emit: 'if-set' }),
  resourceFieldRef: ref(2, ResourceFieldSelector, { emit: 'if-set' }),
  secretKeyRef: ref(4, SecretKeySelector, { emit: 'if-set' }),
});
export interface EnvVarSource extends Of<typeof EnvVarSource> {}

export const EnvVar = struct('io.k8s.api.core.v1.EnvVar', {
  name: required(string(1, { emit: 'always' })),
  value: string(2),
  valueFrom: ref(3, EnvVarSource, { emit: 'if-set' }),
});
export interface EnvVar extends Of<typeof EnvVar> {}
