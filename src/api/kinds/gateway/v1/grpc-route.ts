import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { RouteStatus } from './conditions.ts';
import { grpcFilters } from './http-filters.ts';
import { atMost, HEADER_NAME, PORT_OF_SERVICE, rules } from './limits.ts';
import { backendFields, GATEWAY_GROUP, structName, weight } from './references.ts';
import { hostnames, mostMatches, parentRefs, ruleName } from './route.ts';

const matchType = string(0, {
  doc: 'How values are compared.',
  default: 'Exact',
  enum: ['Exact', 'RegularExpression'],
});

const SERVICE = '^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$';
const METHOD = '^[A-Za-z_][A-Za-z_0-9]*$';

const characters = (field: string, expression: string) => ({
  message: `${field} must match ${expression}`,
  rule: `(!has(self.type) || self.type == 'Exact') && has(self.${field}) ? self.${field}.matches(r"""${expression}"""): true`,
});

export const GRPCMethodMatch = struct(
  structName('GRPCMethodMatch'),
  {
    method: string(0, { doc: 'Name of the method. All methods if not set.', schema: { maxLength: 1024 } }),
    service: string(0, {
      doc: 'Name of the service, with its package. All services if not set.',
      schema: { maxLength: 1024 },
    }),
    type: matchType,
  },
  {
    doc: 'What is called.',
    schema: rules(
      {
        message: "'service' or 'method' must be set",
        rule: 'has(self.type) ? has(self.service) || has(self.method) : true',
      },
      characters('service', SERVICE),
      characters('method', METHOD),
    ),
  },
);
export interface GRPCMethodMatch extends Of<typeof GRPCMethodMatch> {}

export const GRPCHeaderMatch = struct(
  structName('GRPCHeaderMatch'),
  {
    name: required(string(0, { doc: 'Name of the header; case does not matter.', schema: HEADER_NAME })),
    type: matchType,
    value: required(string(0, { doc: 'Value to compare with.', schema: { maxLength: 4096, minLength: 1 } })),
  },
  { doc: 'What a header of a call has to be.' },
);

export const GRPCRouteMatch = struct(
  structName('GRPCRouteMatch'),
  {
    headers: list(0, GRPCHeaderMatch, {
      doc: 'Headers that a call needs.',
      listType: 'map',
      keys: ['name'],
      schema: atMost(16),
    }),
    method: ref(0, GRPCMethodMatch, { doc: 'What is called. Everything if not set.' }),
  },
  { doc: 'Conditions for calls, all of which have to hold.' },
);
export interface GRPCRouteMatch extends Of<typeof GRPCRouteMatch> {}

export const GRPCBackendRef = struct(
  structName('GRPCBackendRef'),
  { filters: grpcFilters, ...backendFields, weight },
  { doc: 'Reference to a backend, with its share of calls.', schema: PORT_OF_SERVICE },
);

export const GRPCRouteRule = struct(
  structName('GRPCRouteRule'),
  {
    backendRefs: list(0, GRPCBackendRef, {
      doc: 'Where calls go. Without any they get the status UNAVAILABLE.',
      listType: 'atomic',
      schema: atMost(16),
    }),
    filters: grpcFilters,
    matches: list(0, GRPCRouteMatch, {
      doc: 'Calls that the rule is for: those for which one of these holds. All calls if there are none.',
      listType: 'atomic',
      schema: atMost(64),
    }),
    name: ruleName,
  },
  { doc: 'Calls, and what is done with them.' },
);
export interface GRPCRouteRule extends Of<typeof GRPCRouteRule> {}

export const GRPCRouteSpec = struct(
  structName('GRPCRouteSpec'),
  {
    hostnames,
    parentRefs,
    rules: list(0, GRPCRouteRule, {
      doc: 'Which calls go where. The most specific match decides.',
      listType: 'atomic',
      schema: {
        ...atMost(16),
        ...mostMatches((rule) => `(has(${rule}.matches) ? ${rule}.matches.size() : 0)`),
      },
    }),
  },
  { doc: 'Desired route.' },
);
export interface GRPCRouteSpec extends Of<typeof GRPCRouteSpec> {}

export const GRPCRoute = resource(
  structName('GRPCRoute'),
  {
    doc: 'A way for gRPC calls from a Gateway to Services.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'GRPCRoute',
    plural: 'grpcroutes',
    singular: 'grpcroute',
    namespaced: true,
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, GRPCRouteSpec)), status: ref(0, RouteStatus) },
);
export interface GRPCRoute extends Of<typeof GRPCRoute> {}
