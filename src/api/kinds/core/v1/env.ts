import { boolean, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import {
  ConfigMapKeySelector,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
  SecretKeySelector,
} from './references.ts';

export const ConfigMapEnvSource = struct(
  'io.k8s.api.core.v1.ConfigMapEnvSource',
  {
    name: string(1, { doc: "The config map's name, in the pod's namespace.", inline: [1] }),
    optional: boolean(2, { doc: 'Start the container even when the config map is missing.', emit: 'if-set' }),
  },
  { doc: 'A config map whose keys become environment variables.' },
);
export interface ConfigMapEnvSource extends Of<typeof ConfigMapEnvSource> {}

export const SecretEnvSource = struct(
  'io.k8s.api.core.v1.SecretEnvSource',
  {
    name: string(1, { doc: "The secret's name, in the pod's namespace.", inline: [1] }),
    optional: boolean(2, { doc: 'Start the container even when the secret is missing.', emit: 'if-set' }),
  },
  { doc: 'A secret whose keys become environment variables.' },
);
export interface SecretEnvSource extends Of<typeof SecretEnvSource> {}

export const EnvFromSource = struct(
  'io.k8s.api.core.v1.EnvFromSource',
  {
    configMapRef: ref(2, ConfigMapEnvSource, { doc: 'The config map.', emit: 'if-set' }),
    prefix: string(1, { doc: 'Written before every name.' }),
    secretRef: ref(3, SecretEnvSource, { doc: 'The secret.', emit: 'if-set' }),
  },
  { doc: 'A whole config map or secret as environment variables.' },
);
export interface EnvFromSource extends Of<typeof EnvFromSource> {}

export const EnvVarSource = struct(
  'io.k8s.api.core.v1.EnvVarSource',
  {
    configMapKeyRef: ref(3, ConfigMapKeySelector, { doc: 'A key of a config map.', emit: 'if-set' }),
    fieldRef: ref(1, ObjectFieldSelector, {
      doc: 'A field of the pod, such as metadata.name, spec.nodeName or status.podIP.',
      emit: 'if-set',
    }),
    fileKeyRef: ref(5, FileKeySelector, { doc: 'A key of a file in a volume.', emit: 'if-set' }),
    resourceFieldRef: ref(2, ResourceFieldSelector, {
      doc: 'A request or limit of a container.',
      emit: 'if-set',
    }),
    secretKeyRef: ref(4, SecretKeySelector, { doc: 'A key of a secret.', emit: 'if-set' }),
  },
  { doc: 'Where the value of an environment variable comes from.' },
);
export interface EnvVarSource extends Of<typeof EnvVarSource> {}

export const EnvVar = struct(
  'io.k8s.api.core.v1.EnvVar',
  {
    name: required(string(1, { doc: 'The name of the variable.', emit: 'always' })),
    value: string(2, { doc: 'Its value. $(NAME) stands for variables before it.' }),
    valueFrom: ref(3, EnvVarSource, { doc: 'Where the value comes from, instead of value.', emit: 'if-set' }),
  },
  { doc: 'An environment variable.' },
);
export interface EnvVar extends Of<typeof EnvVar> {}
