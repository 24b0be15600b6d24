import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { atMost, GROUP, KIND, NAME, NAMESPACE } from './limits.ts';
import { GATEWAY_GROUP, structName } from './references.ts';

export const ReferenceGrantFrom = struct(
  structName('ReferenceGrantFrom'),
  {
    group: required(string(0, { doc: 'API group of the objects.', schema: GROUP })),
    kind: required(string(0, { doc: 'Kind of the objects.', schema: KIND })),
    namespace: required(string(0, { doc: 'Namespace of the objects.', schema: NAMESPACE })),
  },
  { doc: 'Objects that may refer.' },
);

export const ReferenceGrantTo = struct(
  structName('ReferenceGrantTo'),
  {
    group: required(string(0, { doc: 'API group of the objects.', schema: GROUP })),
    kind: required(string(0, { doc: 'Kind of the objects.', schema: KIND })),
    name: string(0, { doc: 'Name of the object. All of the kind if not set.', schema: NAME }),
  },
  { doc: 'Objects that may be referred to.' },
);

export const ReferenceGrantSpec = struct(
  structName('ReferenceGrantSpec'),
  {
    from: required(
      list(0, ReferenceGrantFrom, {
        doc: 'Objects of other namespaces that may refer to those in to.',
        listType: 'atomic',
        schema: atMost(16, 1),
      }),
    ),
    to: required(
      list(0, ReferenceGrantTo, {
        doc: "Objects of the grant's own namespace that may be referred to.",
        listType: 'atomic',
        schema: atMost(16, 1),
      }),
    ),
  },
  { doc: 'What is allowed.' },
);

export const ReferenceGrant = resource(
  structName('ReferenceGrant'),
  {
    doc: 'Allows objects of other namespaces to refer to objects of its own.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    singular: 'referencegrant',
    namespaced: true,
    shortNames: ['refgrant'],
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, ReferenceGrantSpec)) },
);
export interface ReferenceGrant extends Of<typeof ReferenceGrant> {}
