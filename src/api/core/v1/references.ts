import { boolean, type Of, quantity, required, string, struct } from '../../schema/notation.ts';

export const ConfigMapKeySelector = struct(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  {
    key: required(string(2, { emit: 'always' })),
    name: string(1, { inline: [1] }),
    optional: boolean(3, { emit: 'if-set' }),
  },
  { atomic: true },
);
export interface ConfigMapKeySelector extends Of<typeof ConfigMapKeySelector> {}

export const FileKeySelector = struct(
  'io.k8s.api.core.v1.FileKeySelector',
  {
    key: required(string(3, { emit: 'always' })),
    optional: boolean(4, { default: false, emit: 'if-set' }),
    path: required(string(2, { emit: 'always' })),
    volumeName: required(string(1, { emit: 'always' })),
  },
  { atomic: true },
);
export interface FileKeySelector extends Of<typeof FileKeySelector> {}

export const LocalObjectReference = struct(
  'io.k8s.api.core.v1.LocalObjectReference',
  {
    name: string(1),
  },
  { atomic: true },
);
export interface LocalObjectReference extends Of<typeof LocalObjectReference> {}

export const ObjectFieldSelector = struct(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  {
    apiVersion: string(1, { assumed: 'v1' }),
    fieldPath: required(string(2, { emit: 'always' })),
  },
  { atomic: true },
);
export interface ObjectFieldSelector extends Of<typeof ObjectFieldSelector> {}

export const ObjectReference = struct(
  'io.k8s.api.core.v1.ObjectReference',
  {
    apiVersion: string(5),
    fieldPath: string(7),
    kind: string(1),
    name: string(3),
    namespace: string(2),
    resourceVersion: string(6),
    uid: string(4),
  },
  { atomic: true },
);
export interface ObjectReference extends Of<typeof ObjectReference> {}

export const ResourceFieldSelector = struct(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  {
    containerName: string(1),
    divisor: quantity(3, { emit: 'always' }),
    resource: required(string(2, { emit: 'always' })),
  },
  { atomic: true },
);
export interface ResourceFieldSelector extends Of<typeof ResourceFieldSelector> {}

export const SecretKeySelector = struct(
  'io.k8s.api.core.v1.SecretKeySelector',
  {
    key: required(string(2, { emit: 'always' })),
    name: string(1, { inline: [1] }),
    optional: boolean(3, { emit: 'if-set' }),
  },
  { atomic: true },
);
export interface SecretKeySelector extends Of<typeof SecretKeySelector> {}

export const SecretReference = struct(
  'io.k8s.api.core.v1.SecretReference',
  {
    name: string(1),
    namespace: string(2),
  },
  { atomic: true },
);
export interface SecretReference extends Of<typeof SecretReference> {}

export const TypedLocalObjectReference = struct(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  {
    apiGroup: string(1, { emit: 'if-set' }),
    kind: required(string(2, { emit: 'always' })),
    name: required(string(3, { emit: 'always' })),
  },
  { atomic: true },
);
export interface TypedLocalObjectReference extends Of<typeof TypedLocalObjectReference> {}

export const TypedObjectReference = struct('io.k8s.api.core.v1.TypedObjectReference', {
  apiGroup: string(1, { emit: 'if-set' }),
  kind: required(string(2, { emit: 'always' })),
  name: required(string(3, { emit: 'always' })),
  namespace: string(4, { emit: 'if-set' }),
});
export interface TypedObjectReference extends Of<typeof TypedObjectReference> {}
