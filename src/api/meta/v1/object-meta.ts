import {
  boolean,
  fieldsV1,
  int64,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../schema/notation.ts';
import { ShardInfo } from './shard-info.ts';

export const ListMeta = struct('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', {
  continue: string(3),
  remainingItemCount: int64(4, { emit: 'if-set' }),
  resourceVersion: string(2),
  selfLink: string(1),
  shardInfo: ref(5, ShardInfo, { emit: 'if-set' }),
});
export interface ListMeta extends Of<typeof ListMeta> {}

export const ManagedFieldsEntry = struct('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry', {
  apiVersion: string(3),
  fieldsType: string(6),
  fieldsV1: fieldsV1(7, { emit: 'if-set' }),
  manager: string(1),
  operation: string(2),
  subresource: string(8),
  time: time(4, { emit: 'if-set' }),
});
export interface ManagedFieldsEntry extends Of<typeof ManagedFieldsEntry> {}

export const OwnerReference = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  {
    apiVersion: required(string(5, { emit: 'always' })),
    blockOwnerDeletion: boolean(7, { emit: 'if-set' }),
    controller: boolean(6, { emit: 'if-set' }),
    kind: required(string(1, { emit: 'always' })),
    name: required(string(3, { emit: 'always' })),
    uid: required(string(4, { emit: 'always' })),
  },
  { atomic: true },
);
export interface OwnerReference extends Of<typeof OwnerReference> {}

export const ObjectMeta = struct('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', {
  annotations: map(12, text),
  creationTimestamp: time(8),
  deletionGracePeriodSeconds: int64(10, { emit: 'if-set' }),
  deletionTimestamp: time(9, { emit: 'if-set' }),
  finalizers: list(14, text, { listType: 'set', merge: true }),
  generateName: string(2),
  generation: int64(7),
  labels: map(11, text),
  managedFields: list(17, ManagedFieldsEntry, { listType: 'atomic' }),
  name: string(1),
  namespace: string(3),
  ownerReferences: list(13, OwnerReference, { listType: 'map', keys: ['uid'], merge: 'uid' }),
  resourceVersion: string(6),
  selfLink: string(4),
  uid: string(5),
});
export interface ObjectMeta extends Of<typeof ObjectMeta> {}
