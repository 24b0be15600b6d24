// References between objects, as the kinds of gateway.networking.k8s.io share them. They are custom kinds: no scheme lists them, every
// cluster has their definitions (src/api/gateways/definitions.ts). Protobuf does not know them, hence no numbers.
import { int32, type Of, required, string, struct } from '../../../schema/notation.ts';
import { GROUP, KIND, NAME, NAMESPACE, PORT, PORT_OF_SERVICE, SECTION } from './limits.ts';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

export const structName = (name: string): string => `io.k8s.networking.gateway.v1.${name}`;

export const parentReferenceFields = {
  group: string(0, { doc: 'API group of the parent.', default: GATEWAY_GROUP, schema: GROUP }),
  kind: string(0, { doc: 'Kind of the parent: Gateway or ListenerSet.', default: 'Gateway', schema: KIND }),
  name: required(string(0, { doc: 'Name of the parent.', schema: NAME })),
  namespace: string(0, {
    doc: 'Namespace of the parent. It is the namespace of the referring object if it is not set.',
    schema: NAMESPACE,
  }),
};

export const ParentReference = struct(
  structName('ParentReference'),
  {
    ...parentReferenceFields,
    port: int32(0, { doc: 'Only listeners of this port are meant.', schema: PORT }),
    sectionName: string(0, { doc: 'Only the listener of this name is meant.', schema: SECTION }),
  },
  { doc: 'Reference to an object that requests come from, usually a Gateway.' },
);
export interface ParentReference extends Of<typeof ParentReference> {}

export const SecretObjectReference = struct(
  structName('SecretObjectReference'),
  {
    group: string(0, { doc: 'API group of the object.', default: '', schema: GROUP }),
    kind: string(0, { doc: 'Kind of the object.', default: 'Secret', schema: KIND }),
    name: required(string(0, { doc: 'Name of the object.', schema: NAME })),
    namespace: string(0, {
      doc: 'Namespace of the object. A reference into another namespace needs a ReferenceGrant there.',
      schema: NAMESPACE,
    }),
  },
  { doc: 'Reference to an object with a certificate and its key.' },
);
export interface SecretObjectReference extends Of<typeof SecretObjectReference> {}

const localFields = {
  group: required(string(0, { doc: 'API group of the object.', schema: GROUP })),
  kind: required(string(0, { doc: 'Kind of the object.', schema: KIND })),
  name: required(string(0, { doc: 'Name of the object.', schema: NAME })),
};

export const LocalObjectReference = struct(structName('LocalObjectReference'), localFields, {
  doc: 'Reference to an object of the same namespace.',
});
export interface LocalObjectReference extends Of<typeof LocalObjectReference> {}

export const ObjectReference = struct(
  structName('ObjectReference'),
  {
    ...localFields,
    namespace: string(0, {
      doc: 'Namespace of the object. A reference into another namespace needs a ReferenceGrant there.',
      schema: NAMESPACE,
    }),
  },
  { doc: 'Reference to an object.' },
);
export interface ObjectReference extends Of<typeof ObjectReference> {}

export const backendFields = {
  group: string(0, { doc: 'API group of the backend.', default: '', schema: GROUP }),
  kind: string(0, { doc: 'Kind of the backend.', default: 'Service', schema: KIND }),
  name: required(string(0, { doc: 'Name of the backend.', schema: NAME })),
  namespace: string(0, {
    doc: 'Namespace of the backend. A reference into another namespace needs a ReferenceGrant there.',
    schema: NAMESPACE,
  }),
  port: int32(0, { doc: 'Port of the Service. Required for Services.', schema: PORT }),
};

export const weight = int32(0, {
  doc: 'Share of requests, in proportion to the sum of all weights. With 0 the backend gets none.',
  default: 1,
  schema: { minimum: 0, maximum: 1_000_000 },
});

export const BackendObjectReference = struct(structName('BackendObjectReference'), backendFields, {
  doc: 'Reference to a backend.',
  schema: PORT_OF_SERVICE,
});
export interface BackendObjectReference extends Of<typeof BackendObjectReference> {}

export const BackendRef = struct(
  structName('BackendRef'),
  { ...backendFields, weight },
  { doc: 'Reference to a backend, with its share of the connections.', schema: PORT_OF_SERVICE },
);
export interface BackendRef extends Of<typeof BackendRef> {}
