import { list, type Of, ref, required, string, struct } from '../../schema/notation.ts';
import { ListMeta, ObjectMeta } from './object-meta.ts';

export const PartialObjectMetadata = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    kind: string(0, { doc: 'Kind of this object.' }),
    metadata: ref(1, ObjectMeta, { doc: 'Standard object metadata.', emit: 'always' }),
  },
  { doc: 'The metadata of an object, without the rest of it.' },
);
export interface PartialObjectMetadata extends Of<typeof PartialObjectMetadata> {}

export const PartialObjectMetadataList = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadataList',
  {
    apiVersion: string(0, { doc: 'API group and version of this list.' }),
    items: required(list(2, PartialObjectMetadata, { doc: 'Metadata of the objects.', emit: 'always' })),
    kind: string(0, { doc: 'Kind of this list.' }),
    metadata: ref(1, ListMeta, { doc: 'Standard list metadata.', emit: 'always' }),
  },
  { doc: 'The metadata of several objects.' },
);
export interface PartialObjectMetadataList extends Of<typeof PartialObjectMetadataList> {}
