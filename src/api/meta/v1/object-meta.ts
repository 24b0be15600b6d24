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
    continue: string(3, { doc: 'Give this back to get the next part; empty at the end.' }),
    remainingItemCount: int64(4, { doc: 'How many objects follow, if known.', emit: 'if-set' }),
    resourceVersion: string(2, { doc: 'The state of the store that the list shows; watch from here.' }),
    selfLink: string(1, { doc: 'No longer used; always empty.' }),
    shardInfo: ref(5, ShardInfo, {
      doc: 'Which part of all objects the list holds; all when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'What every list has.' },
);
export interface ListMeta extends Of<typeof ListMeta> {}

export const ManagedFieldsEntry = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry',
  {
    apiVersion: string(3, { doc: 'The version in which the fields are named.' }),
    fieldsType: string(6, { doc: 'The form of the fields; always FieldsV1.' }),
    fieldsV1: fieldsV1(7, { doc: 'The fields, as a tree.', emit: 'if-set' }),
    manager: string(1, { doc: 'Who set the fields.' }),
    operation: string(2, { doc: 'How they were set: Apply or Update.' }),
    subresource: string(8, { doc: 'The subresource by which they were set; empty for the object itself.' }),
    time: time(4, { doc: 'When the set of fields last changed.', emit: 'if-set' }),
  },
  { doc: 'The fields that one manager set in one way.' },
);
export interface ManagedFieldsEntry extends Of<typeof ManagedFieldsEntry> {}

export const OwnerReference = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  {
    apiVersion: required(string(5, { doc: 'The group and version of the owner.', emit: 'always' })),
    blockOwnerDeletion: boolean(7, {
      doc: 'Whether deletion of the owner in the foreground waits for this object.',
      emit: 'if-set',
    }),
    controller: boolean(6, { doc: 'Whether the owner is the one that manages this object.', emit: 'if-set' }),
    kind: required(string(1, { doc: 'The kind of the owner.', emit: 'always' })),
    name: required(string(3, { doc: 'The name of the owner.', emit: 'always' })),
    uid: required(string(4, { doc: 'The UID of the owner.', emit: 'always' })),
  },
  { doc: 'An object that this one depends on, in the same namespace or of cluster scope.', atomic: true },
);
export interface OwnerReference extends Of<typeof OwnerReference> {}

export const ObjectMeta = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
  {
    annotations: map(12, text, { doc: 'Notes for tools. Not used to select objects.' }),
    creationTimestamp: time(8, { doc: 'When the object was created. Set by the server.' }),
    deletionGracePeriodSeconds: int64(10, {
      doc: 'How many seconds the object has to end, once deletion was asked for.',
      emit: 'if-set',
    }),
    deletionTimestamp: time(9, {
      doc: 'When the object is due to be gone. Set by the server when deletion is asked for.',
      emit: 'if-set',
    }),
    finalizers: list(14, text, {
      doc: 'What must be done before the object may disappear. It stays until this list is empty.',
      listType: 'set',
      merge: true,
    }),
    generateName: string(2, {
      doc: 'The beginning of a name that the server completes with random letters, if name is empty.',
    }),
    generation: int64(7, { doc: 'Counts changes of the wanted state. Set by the server.' }),
    labels: map(11, text, { doc: 'Short texts by which objects are grouped and selected.' }),
    managedFields: list(17, ManagedFieldsEntry, {
      doc: 'Who set which fields, for server-side apply.',
      listType: 'atomic',
    }),
    name: string(1, {
      doc: 'The name, unique among objects of its kind in its namespace. It cannot be changed.',
    }),
    namespace: string(3, { doc: 'The namespace the object lives in. It cannot be changed.' }),
    ownerReferences: list(13, OwnerReference, {
      doc: 'The objects this one depends on. When all of them are gone, it is deleted, too.',
      listType: 'map',
      keys: ['uid'],
      merge: 'uid',
    }),
    resourceVersion: string(6, {
      doc: 'The version of the object, for watching and for noticing lost updates. Do not interpret it.',
    }),
    selfLink: string(4, { doc: 'No longer set.' }),
    uid: string(5, { doc: 'Unique in time and space. Set by the server.' }),
  },
  { doc: 'What every object has: its names, labels and history.' },
);
export interface ObjectMeta extends Of<typeof ObjectMeta> {}
