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
    name: string(1, { doc: 'Name of the ConfigMap in the namespace of the pod.', inline: [1] }),
    optional: boolean(2, {
      doc: 'Whether the container may start if the ConfigMap does not exist.',
      emit: 'if-set',
    }),
  },
  { doc: 'Selects a ConfigMap to populate environment variables from.' },
);
export interface ConfigMapEnvSource extends Of<typeof ConfigMapEnvSource> {}

export const SecretEnvSource = struct(
  'io.k8s.api.core.v1.SecretEnvSource',
  {
    name: string(1, { doc: 'Name of the Secret in the namespace of the pod.', inline: [1] }),
    optional: boolean(2, {
      doc: 'Whether the container may start if the Secret does not exist.',
      emit: 'if-set',
    }),
  },
  { doc: 'Selects a Secret to populate environment variables from.' },
);
export interface SecretEnvSource extends Of<typeof SecretEnvSource> {}

export const EnvFromSource = struct(
  'io.k8s.api.core.v1.EnvFromSource',
  {
    configMapRef: ref(2, ConfigMapEnvSource, { doc: 'ConfigMap to read from.', emit: 'if-set' }),
    prefix: string(1, { doc: 'Text to prepend to the name of each variable.' }),
    secretRef: ref(3, SecretEnvSource, { doc: 'Secret to read from.', emit: 'if-set' }),
  },
  { doc: 'ConfigMap or Secret whose entries become environment variables.' },
);
export interface EnvFromSource extends Of<typeof EnvFromSource> {}

export const EnvVarSource = struct(
  'io.k8s.api.core.v1.EnvVarSource',
  {
    configMapKeyRef: ref(3, ConfigMapKeySelector, { doc: 'Selects a key of a ConfigMap.', emit: 'if-set' }),
    fieldRef: ref(1, ObjectFieldSelector, {
      doc: 'Selects a field of the pod, such as metadata.name, spec.nodeName or status.podIP.',
      emit: 'if-set',
    }),
    fileKeyRef: ref(5, FileKeySelector, { doc: 'Selects a key of an env file in a volume.', emit: 'if-set' }),
    resourceFieldRef: ref(2, ResourceFieldSelector, {
      doc: 'Selects a resource limit or request of a container.',
      emit: 'if-set',
    }),
    secretKeyRef: ref(4, SecretKeySelector, { doc: 'Selects a key of a Secret.', emit: 'if-set' }),
  },
  { doc: 'Source of the value of an environment variable.' },
);
export interface EnvVarSource extends Of<typeof EnvVarSource> {}

export const EnvVar = struct(
  'io.k8s.api.core.v1.EnvVar',
  {
    name: required(string(1, { doc: 'Name of the environment variable.', emit: 'always' })),
    value: string(2, {
      doc: 'Value of the variable. $(NAME) references to variables defined before it are expanded.',
    }),
    valueFrom: ref(3, EnvVarSource, {
      doc: 'Source of the value. Mutually exclusive with value.',
      emit: 'if-set',
    }),
  },
  { doc: 'Environment variable of a container.' },
);
export interface EnvVar extends Of<typeof EnvVar> {}
