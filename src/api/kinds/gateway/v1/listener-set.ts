import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, struct } from '../../../schema/notation.ts';
import { conditions, pending } from './conditions.ts';
import { atMost } from './limits.ts';
import { Listener, listenerRules, listenerStatuses } from './listeners.ts';
import { GATEWAY_GROUP, parentReferenceFields, structName } from './references.ts';

export const ParentGatewayReference = struct(structName('ParentGatewayReference'), parentReferenceFields, {
  doc: 'Reference to a Gateway.',
});

export const ListenerSetSpec = struct(
  structName('ListenerSetSpec'),
  {
    listeners: required(
      list(0, Listener, {
        doc: 'Ports that the Gateway listens on because of this object.',
        listType: 'map',
        keys: ['name'],
        schema: { ...atMost(64, 1), ...listenerRules(true) },
      }),
    ),
    parentRef: required(ref(0, ParentGatewayReference, { doc: 'The Gateway.' })),
  },
  { doc: 'Desired listeners.' },
);
export interface ListenerSetSpec extends Of<typeof ListenerSetSpec> {}

export const ListenerSetStatus = struct(
  structName('ListenerSetStatus'),
  {
    conditions: conditions({ default: pending('Accepted', 'Programmed') }),
    listeners: listenerStatuses,
  },
  { doc: 'Most recently observed state of the listeners.' },
);
export interface ListenerSetStatus extends Of<typeof ListenerSetStatus> {}

export const ListenerSet = resource(
  structName('ListenerSet'),
  {
    doc: 'Listeners that are added to a Gateway, which has to allow it.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'ListenerSet',
    plural: 'listenersets',
    singular: 'listenerset',
    namespaced: true,
    shortNames: ['lset'],
    categories: ['gateway-api'],
  },
  {
    spec: required(ref(0, ListenerSetSpec)),
    status: ref(0, ListenerSetStatus, { default: { conditions: pending('Accepted', 'Programmed') } }),
  },
);
export interface ListenerSet extends Of<typeof ListenerSet> {}
