// Conditions in the kinds of gateway.networking.k8s.io, and the status that all routes have.
import { int64, list, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';
import { atMost, CONTROLLER } from './limits.ts';
import { ParentReference, structName } from './references.ts';

export const Condition = struct(
  structName('Condition'),
  {
    lastTransitionTime: required(
      time(0, { doc: 'Last time the condition changed from one status to another.' }),
    ),
    message: required(
      string(0, { doc: 'Human-readable message with details.', schema: { maxLength: 32_768 } }),
    ),
    observedGeneration: int64(0, {
      doc: 'Generation of the object that the condition is based on.',
      schema: { minimum: 0 },
    }),
    reason: required(
      string(0, {
        doc: 'Brief machine-readable reason in CamelCase.',
        schema: { maxLength: 1024, minLength: 1, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
      }),
    ),
    status: required(string(0, { doc: 'Status of the condition.', enum: ['True', 'False', 'Unknown'] })),
    type: required(
      string(0, {
        doc: 'Type of the condition.',
        schema: {
          maxLength: 316,
          pattern:
            '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
        },
      }),
    ),
  },
  { doc: 'Condition of an object at a certain point.' },
);
export interface Condition extends Of<typeof Condition> {}

/** What an object has until its controller has seen it. */
export const pending = (...types: readonly string[]): readonly Condition[] =>
  types.map((type) => ({
    lastTransitionTime: '1970-01-01T00:00:00Z',
    message: 'Waiting for controller',
    reason: 'Pending',
    status: 'Unknown',
    type,
  }));

export const conditions = (options: { readonly default?: unknown; readonly minItems?: number } = {}) =>
  list(0, Condition, {
    doc: 'Current conditions.',
    listType: 'map',
    keys: ['type'],
    ...(options.default !== undefined && { default: options.default }),
    schema: atMost(8, options.minItems),
  });

export const RouteParentStatus = struct(
  structName('RouteParentStatus'),
  {
    conditions: required(conditions({ minItems: 1 })),
    controllerName: required(
      string(0, { doc: 'Name of the controller that wrote this entry.', schema: CONTROLLER }),
    ),
    parentRef: required(ref(0, ParentReference, { doc: 'The parent, as the route refers to it.' })),
  },
  { doc: 'What a route is with respect to one of its parents.' },
);
export interface RouteParentStatus extends Of<typeof RouteParentStatus> {}

export const RouteStatus = struct(
  structName('RouteStatus'),
  {
    parents: required(
      list(0, RouteParentStatus, {
        doc: 'One entry for each parent that a controller has looked at.',
        listType: 'atomic',
        schema: atMost(32),
      }),
    ),
  },
  { doc: 'Most recently observed state of the route.' },
);
export interface RouteStatus extends Of<typeof RouteStatus> {}
