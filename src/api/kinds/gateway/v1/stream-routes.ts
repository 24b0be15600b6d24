// TLSRoute, TCPRoute and UDPRoute: connections and datagrams as a whole.
import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, struct, text } from '../../../schema/notation.ts';
import { RouteStatus } from './conditions.ts';
import { atMost, HOST_NAME, rules } from './limits.ts';
import { BackendRef, GATEWAY_GROUP, structName } from './references.ts';
import { parentRefs, ruleName } from './route.ts';

const backendRefs = required(
  list(0, BackendRef, {
    doc: 'Where connections go.',
    listType: 'atomic',
    schema: atMost(16, 1),
  }),
);

export const StreamRouteRule = struct(
  structName('StreamRouteRule'),
  { backendRefs, name: ruleName },
  { doc: 'What is done with connections.' },
);
export interface StreamRouteRule extends Of<typeof StreamRouteRule> {}

const streamRules = required(
  list(0, StreamRouteRule, {
    doc: 'What is done with connections: one rule.',
    listType: 'atomic',
    schema: atMost(1, 1),
  }),
);

const NAME = '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$';

export const TLSRouteSpec = struct(
  structName('TLSRouteSpec'),
  {
    hostnames: required(
      list(0, text, {
        doc: 'Names that clients ask for when they begin TLS (SNI); names below a wildcard such as *.example.com.',
        listType: 'atomic',
        schema: {
          ...atMost(1024, 1),
          ...rules(
            { message: 'hostnames must not be addresses', rule: 'self.all(h, !isIP(h))' },
            {
              message: 'hostnames must be names as in RFC 1123',
              rule: `self.all(h, !h.contains('*') ? h.matches('${NAME}') : true)`,
            },
            {
              message: 'a wildcard must be the first label, and what follows it a name as in RFC 1123',
              rule: `self.all(h, h.contains('*') ? (h.startsWith('*.') && h.substring(2).matches('${NAME}')) : true)`,
            },
          ),
        },
        each: HOST_NAME,
      }),
    ),
    parentRefs,
    rules: streamRules,
  },
  { doc: 'Desired route.' },
);

export const TLSRoute = resource(
  structName('TLSRoute'),
  {
    doc: 'A way for TLS connections from a Gateway to Services, by the name that clients ask for.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'TLSRoute',
    plural: 'tlsroutes',
    singular: 'tlsroute',
    namespaced: true,
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, TLSRouteSpec)), status: ref(0, RouteStatus) },
);
export interface TLSRoute extends Of<typeof TLSRoute> {}

const StreamRouteSpec = (kind: string) =>
  struct(structName(`${kind}Spec`), { parentRefs, rules: streamRules }, { doc: 'Desired route.' });

export const TCPRoute = resource(
  structName('TCPRoute'),
  {
    doc: 'A way for TCP connections from a Gateway to Services.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'TCPRoute',
    plural: 'tcproutes',
    singular: 'tcproute',
    namespaced: true,
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, StreamRouteSpec('TCPRoute'))), status: ref(0, RouteStatus) },
);
export interface TCPRoute extends Of<typeof TCPRoute> {}

export const UDPRoute = resource(
  structName('UDPRoute'),
  {
    doc: 'A way for UDP datagrams from a Gateway to Services.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'UDPRoute',
    plural: 'udproutes',
    singular: 'udproute',
    namespaced: true,
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, StreamRouteSpec('UDPRoute'))), status: ref(0, RouteStatus) },
);
export interface UDPRoute extends Of<typeof UDPRoute> {}
