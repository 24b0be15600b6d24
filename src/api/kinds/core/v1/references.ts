import { boolean, type Of, quantity, required, string, struct } from '../../../schema/notation.ts';

export const ConfigMapKeySelector = struct(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  {
    key: required(string(2, { doc: 'Key to select.', emit: 'always' })),
    name: string(1, { doc: 'Name of the ConfigMap.', inline: [1] }),
    optional: boolean(3, { doc: 'Whether the object or its key may be missing.', emit: 'if-set' }),
  },
  { doc: 'Selects a key of a ConfigMap.', atomic: true },
);
export interface ConfigMapKeySelector extends Of<typeof ConfigMapKeySelector> {}

export const FileKeySelector = struct(
  'io.k8s.api.core.v1.FileKeySelector',
  {
    key: required(string(3, { doc: 'Name of the variable in the env file.', emit: 'always' })),
    optional: boolean(4, {
      doc: 'Whether the container may start if the file or key does not exist.',
      default: false,
      emit: 'if-set',
    }),
    path: required(
      string(2, { doc: 'Path of the file relative to the root of the volume.', emit: 'always' }),
    ),
    volumeName: required(
      string(1, { doc: 'Name of the emptyDir volume that contains the file.', emit: 'always' }),
    ),
  },
  { doc: 'Selects a key of an env file in a volume.', atomic: true },
);
export interface FileKeySelector extends Of<typeof FileKeySelector> {}

export const LocalObjectReference = struct(
  'io.k8s.api.core.v1.LocalObjectReference',
  {
    name: string(1, { doc: 'Name of the object.' }),
  },
  { doc: 'Reference to an object in the same namespace.', atomic: true },
);
export interface LocalObjectReference extends Of<typeof LocalObjectReference> {}

export const ObjectFieldSelector = struct(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  {
    apiVersion: string(1, {
      doc: 'API version in which fieldPath is written. Defaults to v1.',
      assumed: 'v1',
    }),
    fieldPath: required(string(2, { doc: 'Path of the field.', emit: 'always' })),
  },
  { doc: 'Selects a field of the pod.', atomic: true },
);
export interface ObjectFieldSelector extends Of<typeof ObjectFieldSelector> {}

export const ObjectReference = struct(
  'io.k8s.api.core.v1.ObjectReference',
  {
    apiVersion: string(5, { doc: 'API group and version of the object.' }),
    fieldPath: string(7, { doc: 'Path of the part of the object that is referred to.' }),
    kind: string(1, { doc: 'Kind of the object.' }),
    name: string(3, { doc: 'Name of the object.' }),
    namespace: string(2, { doc: 'Namespace of the object.' }),
    resourceVersion: string(6, { doc: 'Resource version of the object.' }),
    uid: string(4, { doc: 'UID of the object.' }),
  },
  { doc: 'Reference to an object or to a part of it.', atomic: true },
);
export interface ObjectReference extends Of<typeof ObjectReference> {}

export const ResourceFieldSelector = struct(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  {
    containerName: string(1, {
      doc: 'Name of the container. Required for volumes, optional for environment variables.',
    }),
    divisor: quantity(3, { doc: 'Unit in which the amount is expressed. Defaults to 1.', emit: 'always' }),
    resource: required(
      string(2, { doc: 'Resource to select, such as limits.cpu or requests.memory.', emit: 'always' }),
    ),
  },
  { doc: 'Selects a resource limit or request of a container.', atomic: true },
);
export interface ResourceFieldSelector extends Of<typeof ResourceFieldSelector> {}

export const SecretKeySelector = struct(
  'io.k8s.api.core.v1.SecretKeySelector',
  {
    key: required(string(2, { doc: 'Key to select.', emit: 'always' })),
    name: string(1, { doc: 'Name of the Secret.', inline: [1] }),
    optional: boolean(3, { doc: 'Whether the object or its key may be missing.', emit: 'if-set' }),
  },
  { doc: 'Selects a key of a Secret.', atomic: true },
);
export interface SecretKeySelector extends Of<typeof SecretKeySelector> {}

export const SecretReference = struct(
  'io.k8s.api.core.v1.SecretReference',
  {
    name: string(1, { doc: 'Name of the Secret.' }),
    namespace: string(2, { doc: 'Namespace of the Secret.' }),
  },
  { doc: 'Reference to a Secret in any namespace.', atomic: true },
);
export interface SecretReference extends Of<typeof SecretReference> {}

export const TypedLocalObjectReference = struct(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  {
    apiGroup: string(1, { doc: 'API group of the object. Empty for the core group.', emit: 'if-set' }),
    kind: required(string(2, { doc: 'Kind of the object.', emit: 'always' })),
    name: required(string(3, { doc: 'Name of the object.', emit: 'always' })),
  },
  { doc: 'Reference to an object of any kind in the same namespace.', atomic: true },
);
export interface TypedLocalObjectReference extends Of<typeof TypedLocalObjectReference> {}

export const TypedObjectReference = struct(
  'io.k8s.api.core.v1.TypedObjectReference',
  {
    apiGroup: string(1, { doc: 'API group of the object. Empty for the core group.', emit: 'if-set' }),
    kind: required(string(2, { doc: 'Kind of the object.', emit: 'always' })),
    name: required(string(3, { doc: 'Name of the object.', emit: 'always' })),
    namespace: string(4, {
      doc: 'Namespace of the object. Defaults to the namespace of the object that contains the reference.',
      emit: 'if-set',
    }),
  },
  { doc: 'Reference to an object of any kind, possibly in another namespace.' },
);
export interface TypedObjectReference extends Of<typeof TypedObjectReference> {}
