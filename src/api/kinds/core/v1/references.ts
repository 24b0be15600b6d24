import { boolean, type Of, quantity, required, string, struct } from '../../../schema/notation.ts';

export const ConfigMapKeySelector = struct(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  {
    key: required(string(2, { doc: 'The key.', emit: 'always' })),
    name: string(1, { doc: 'The name of the config map.', inline: [1] }),
    optional: boolean(3, { doc: 'Go on if it does not exist.', emit: 'if-set' }),
  },
  { doc: 'One key of a config map.', atomic: true },
);
export interface ConfigMapKeySelector extends Of<typeof ConfigMapKeySelector> {}

export const FileKeySelector = struct(
  'io.k8s.api.core.v1.FileKeySelector',
  {
    key: required(string(3, { doc: "The variable's name in the file.", emit: 'always' })),
    optional: boolean(4, {
      doc: 'Start the container even when file or key is missing.',
      default: false,
      emit: 'if-set',
    }),
    path: required(string(2, { doc: 'The file, relative to the volume.', emit: 'always' })),
    volumeName: required(string(1, { doc: 'The emptyDir volume with the file.', emit: 'always' })),
  },
  { doc: 'One variable of an environment file in a volume.', atomic: true },
);
export interface FileKeySelector extends Of<typeof FileKeySelector> {}

export const LocalObjectReference = struct(
  'io.k8s.api.core.v1.LocalObjectReference',
  {
    name: string(1, { doc: "The object's name." }),
  },
  { doc: 'An object in the same namespace.', atomic: true },
);
export interface LocalObjectReference extends Of<typeof LocalObjectReference> {}

export const ObjectFieldSelector = struct(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  {
    apiVersion: string(1, { doc: 'The version in which the path is written.', assumed: 'v1' }),
    fieldPath: required(string(2, { doc: 'The path of the field.', emit: 'always' })),
  },
  { doc: 'A field of the pod.', atomic: true },
);
export interface ObjectFieldSelector extends Of<typeof ObjectFieldSelector> {}

export const ObjectReference = struct(
  'io.k8s.api.core.v1.ObjectReference',
  {
    apiVersion: string(5, { doc: 'Its group and version.' }),
    fieldPath: string(7, { doc: 'The part that is meant.' }),
    kind: string(1, { doc: 'Its kind.' }),
    name: string(3, { doc: 'Its name.' }),
    namespace: string(2, { doc: 'Its namespace.' }),
    resourceVersion: string(6, { doc: 'Its version.' }),
    uid: string(4, { doc: 'Its UID.' }),
  },
  { doc: 'Names an object, or a part of one.', atomic: true },
);
export interface ObjectReference extends Of<typeof ObjectReference> {}

export const ResourceFieldSelector = struct(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  {
    containerName: string(1, { doc: 'The container; its own if left out.' }),
    divisor: quantity(3, { doc: 'The unit of the number.', emit: 'always' }),
    resource: required(string(2, { doc: 'Such as limits.cpu or requests.memory.', emit: 'always' })),
  },
  { doc: 'A request or limit of a container.', atomic: true },
);
export interface ResourceFieldSelector extends Of<typeof ResourceFieldSelector> {}

export const SecretKeySelector = struct(
  'io.k8s.api.core.v1.SecretKeySelector',
  {
    key: required(string(2, { doc: 'The key.', emit: 'always' })),
    name: string(1, { doc: 'The name of the secret.', inline: [1] }),
    optional: boolean(3, { doc: 'Go on if it does not exist.', emit: 'if-set' }),
  },
  { doc: 'One key of a secret.', atomic: true },
);
export interface SecretKeySelector extends Of<typeof SecretKeySelector> {}

export const SecretReference = struct(
  'io.k8s.api.core.v1.SecretReference',
  {
    name: string(1, { doc: "The secret's name." }),
    namespace: string(2, { doc: "The secret's namespace." }),
  },
  { doc: 'A secret in any namespace.', atomic: true },
);
export interface SecretReference extends Of<typeof SecretReference> {}

export const TypedLocalObjectReference = struct(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  {
    apiGroup: string(1, { doc: "The object's API group; the core group when absent.", emit: 'if-set' }),
    kind: required(string(2, { doc: 'What kind the object is of.', emit: 'always' })),
    name: required(string(3, { doc: "The object's name.", emit: 'always' })),
  },
  { doc: 'An object of any kind in the same namespace.', atomic: true },
);
export interface TypedLocalObjectReference extends Of<typeof TypedLocalObjectReference> {}

export const TypedObjectReference = struct(
  'io.k8s.api.core.v1.TypedObjectReference',
  {
    apiGroup: string(1, { doc: "The object's API group; the core group when absent.", emit: 'if-set' }),
    kind: required(string(2, { doc: 'What kind the object is of.', emit: 'always' })),
    name: required(string(3, { doc: "The object's name.", emit: 'always' })),
    namespace: string(4, {
      doc: "The object's namespace; the same as the referrer's when absent.",
      emit: 'if-set',
    }),
  },
  { doc: 'An object of any kind, maybe in another namespace.' },
);
export interface TypedObjectReference extends Of<typeof TypedObjectReference> {}
