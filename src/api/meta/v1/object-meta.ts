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

export const ListMeta = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta',
  {
    continue: string(3, {
      doc: 'Token for retrieving the next part of the list. Empty if the list is complete.',
    }),
    remainingItemCount: int64(4, {
      doc: 'Number of items that follow after this part of the list, if known.',
      emit: 'if-set',
    }),
    resourceVersion: string(2, { doc: 'Resource version of the list. A watch can start from it.' }),
    selfLink: string(1, { doc: 'Deprecated and not set.' }),
    shardInfo: ref(5, ShardInfo, {
      doc: 'Shard that the list is restricted to. By default, the list is complete.',
      emit: 'if-set',
    }),
  },
  { doc: 'Standard list metadata.' },
);
export interface ListMeta extends Of<typeof ListMeta> {}

export const ManagedFieldsEntry = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry',
  {
    apiVersion: string(3, { doc: 'API version in which the fields are named.' }),
    fieldsType: string(6, { doc: 'Format of the fields. Always FieldsV1.' }),
    fieldsV1: fieldsV1(7, { doc: 'Set of fields, as a tree.', emit: 'if-set' }),
    manager: string(1, { doc: 'Name of the manager.' }),
    operation: string(2, { doc: 'Operation by which the fields were set: Apply or Update.' }),
    subresource: string(8, {
      doc: 'Subresource through which the fields were set. Empty for the main resource.',
    }),
    time: time(4, { doc: 'Last time the set of fields changed.', emit: 'if-set' }),
  },
  { doc: 'Set of fields that a manager owns.' },
);
export interface ManagedFieldsEntry extends Of<typeof ManagedFieldsEntry> {}

export const OwnerReference = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  {
    apiVersion: required(string(5, { doc: 'API group and version of the owner.', emit: 'always' })),
    blockOwnerDeletion: boolean(7, {
      doc: 'Whether the owner cannot be deleted in the foreground before this object is gone.',
      emit: 'if-set',
    }),
    controller: boolean(6, {
      doc: 'Whether the owner is the controller that manages this object.',
      emit: 'if-set',
    }),
    kind: required(string(1, { doc: 'Kind of the owner.', emit: 'always' })),
    name: required(string(3, { doc: 'Name of the owner.', emit: 'always' })),
    uid: required(string(4, { doc: 'UID of the owner.', emit: 'always' })),
  },
  { doc: 'Reference to an owner in the same namespace or of cluster scope.', atomic: true },
);
export interface OwnerReference extends Of<typeof OwnerReference> {}

export const ObjectMeta = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
  {
    annotations: map(12, text, {
      doc: 'Non-identifying metadata, which tools can set and read. Objects cannot be selected by it.',
    }),
    creationTimestamp: time(8, {
      doc: 'CreationTimestamp is a timestamp that the server sets when it creates the object.',
    }),
    deletionGracePeriodSeconds: int64(10, {
      doc: 'Number of seconds the object has to terminate gracefully after its deletion was requested.',
      emit: 'if-set',
    }),
    deletionTimestamp: time(9, {
      doc: 'Time at which the object is due to be deleted. Set by the server when deletion is requested.',
      emit: 'if-set',
    }),
    finalizers: list(14, text, {
      doc: 'Finalizers that must be removed before the object is deleted from storage.',
      listType: 'set',
      merge: true,
    }),
    generateName: string(2, {
      doc: 'Prefix for a name that the server generates if name is not set.',
    }),
    generation: int64(7, { doc: 'Number of the generation of the desired state. Set by the server.' }),
    labels: map(11, text, {
      doc: 'Identifying key-value pairs by which objects can be organized and selected.',
    }),
    managedFields: list(17, ManagedFieldsEntry, {
      doc: 'Fields that each manager owns, for server-side apply.',
      listType: 'atomic',
    }),
    name: string(1, {
      doc: 'Name of the object, unique among objects of its kind in the namespace. It cannot be changed.',
    }),
    namespace: string(3, { doc: 'Namespace of the object. It cannot be changed.' }),
    ownerReferences: list(13, OwnerReference, {
      doc: 'Owners of the object. If all of them have been deleted, the object is garbage collected.',
      listType: 'map',
      keys: ['uid'],
      merge: 'uid',
    }),
    resourceVersion: string(6, {
      doc: 'Opaque version of the object, for watches and optimistic concurrency control.',
    }),
    selfLink: string(4, { doc: 'Deprecated and not set.' }),
    uid: string(5, { doc: 'Identifier that is unique in time and space. Set by the server.' }),
  },
  { doc: 'Metadata that all objects have, such as name, namespace and labels.' },
);
export interface ObjectMeta extends Of<typeof ObjectMeta> {}
