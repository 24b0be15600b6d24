import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { RouteStatus } from './conditions.ts';
import { httpFilters } from './http-filters.ts';
import { atMost, DURATION, HEADER_NAME, PORT_OF_SERVICE, rules } from './limits.ts';
import { backendFields, GATEWAY_GROUP, structName, weight } from './references.ts';
import { hostnames, mostMatches, parentRefs, ruleName } from './route.ts';

const LITERAL = "(self.type in ['Exact','PathPrefix'])";

const literal = (message: string, holds: string) => ({
  message: `paths of type Exact and PathPrefix ${message}`,
  rule: `${LITERAL} ? ${holds} : true`,
});

const without = (part: string) => literal(`must not contain '${part}'`, `!self.value.contains('${part}')`);
const noEnd = (part: string) => literal(`must not end with '${part}'`, `!self.value.endsWith('${part}')`);

const CHARACTERS = "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$";

export const HTTPPathMatch = struct(
  structName('HTTPPathMatch'),
  {
    type: string(0, {
      doc: 'How paths are compared: as a whole, by their first elements, or with a regular expression.',
      default: 'PathPrefix',
      enum: ['Exact', 'PathPrefix', 'RegularExpression'],
    }),
    value: string(0, { doc: 'Path to compare with.', default: '/', schema: { maxLength: 1024 } }),
  },
  {
    doc: 'What the path of a request has to be.',
    schema: rules(
      literal("must begin with '/'", "self.value.startsWith('/')"),
      ...['//', '/./', '/../', '%2f', '%2F', '#'].map(without),
      ...['/..', '/.'].map(noEnd),
      {
        message: "type must be 'Exact', 'PathPrefix' or 'RegularExpression'",
        rule: "self.type in ['Exact','PathPrefix'] || self.type == 'RegularExpression'",
      },
      literal(`must match ${CHARACTERS}`, `self.value.matches(r"""${CHARACTERS}""")`),
    ),
  },
);

const matchType = string(0, {
  doc: 'How values are compared.',
  default: 'Exact',
  enum: ['Exact', 'RegularExpression'],
});

export const HTTPHeaderMatch = struct(
  structName('HTTPHeaderMatch'),
  {
    name: required(string(0, { doc: 'Name of the header; case does not matter.', schema: HEADER_NAME })),
    type: matchType,
    value: required(string(0, { doc: 'Value to compare with.', schema: { maxLength: 4096, minLength: 1 } })),
  },
  { doc: 'What a header of a request has to be.' },
);
export interface HTTPHeaderMatch extends Of<typeof HTTPHeaderMatch> {}

export const HTTPQueryParamMatch = struct(
  structName('HTTPQueryParamMatch'),
  {
    name: required(string(0, { doc: 'Name of the parameter.', schema: HEADER_NAME })),
    type: matchType,
    value: required(string(0, { doc: 'Value to compare with.', schema: { maxLength: 1024, minLength: 1 } })),
  },
  { doc: 'What a query parameter of a request has to be.' },
);

export const HTTPRouteMatch = struct(
  structName('HTTPRouteMatch'),
  {
    headers: list(0, HTTPHeaderMatch, {
      doc: 'Headers that a request needs.',
      listType: 'map',
      keys: ['name'],
      schema: atMost(16),
    }),
    method: string(0, {
      doc: 'Method of requests.',
      enum: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
    }),
    path: ref(0, HTTPPathMatch, {
      doc: 'What the path of a request has to be.',
      default: { type: 'PathPrefix', value: '/' },
    }),
    queryParams: list(0, HTTPQueryParamMatch, {
      doc: 'Query parameters that a request needs.',
      listType: 'map',
      keys: ['name'],
      schema: atMost(16),
    }),
  },
  { doc: 'Conditions for requests, all of which have to hold.' },
);
export interface HTTPRouteMatch extends Of<typeof HTTPRouteMatch> {}

export const HTTPBackendRef = struct(
  structName('HTTPBackendRef'),
  { filters: httpFilters, ...backendFields, weight },
  { doc: 'Reference to a backend, with its share of requests.', schema: PORT_OF_SERVICE },
);
export interface HTTPBackendRef extends Of<typeof HTTPBackendRef> {}

export const HTTPRouteTimeouts = struct(
  structName('HTTPRouteTimeouts'),
  {
    backendRequest: string(0, { doc: 'For one request to a backend. 0s is no limit.', schema: DURATION }),
    request: string(0, { doc: "For the whole of a client's request. 0s is no limit.", schema: DURATION }),
  },
  {
    doc: 'Limits of time for requests.',
    schema: rules({
      message: 'backendRequest must not be longer than request',
      rule: "!(has(self.request) && has(self.backendRequest) && duration(self.request) != duration('0s') && duration(self.backendRequest) > duration(self.request))",
    }),
  },
);
export interface HTTPRouteTimeouts extends Of<typeof HTTPRouteTimeouts> {}

const replaces = (filter: string) =>
  `f, has(f.${filter}) && has(f.${filter}.path) && f.${filter}.path.type == 'ReplacePrefixMatch' && has(f.${filter}.path.replacePrefixMatch)`;

const ONE_PREFIX =
  "((size(self.matches) != 1 || !has(self.matches[0].path) || self.matches[0].path.type != 'PathPrefix') ? false : true)";

const needsPrefix = (filter: string, what: string) => ({
  message: `a ${what} filter with path.replacePrefixMatch needs exactly one match, of type PathPrefix`,
  rule: `(has(self.filters) && self.filters.exists_one(${replaces(filter)})) ? ${ONE_PREFIX} : true`,
});

const backendNeedsPrefix = (filter: string, what: string) => ({
  message: `a ${what} filter of a backendRef with path.replacePrefixMatch needs exactly one match, of type PathPrefix`,
  rule: `(has(self.backendRefs) && self.backendRefs.exists_one(b, (has(b.filters) && b.filters.exists_one(${replaces(filter)})) )) ? ${ONE_PREFIX} : true`,
});

export const HTTPRouteRule = struct(
  structName('HTTPRouteRule'),
  {
    backendRefs: list(0, HTTPBackendRef, {
      doc: 'Where requests go. Without any, and without a redirection, they are answered with 500.',
      listType: 'atomic',
      schema: atMost(16),
    }),
    filters: httpFilters,
    matches: list(0, HTTPRouteMatch, {
      doc: 'Requests that the rule is for: those for which one of these holds.',
      default: [{ path: { type: 'PathPrefix', value: '/' } }],
      listType: 'atomic',
      schema: atMost(64),
    }),
    name: ruleName,
    timeouts: ref(0, HTTPRouteTimeouts, { doc: 'Limits of time for requests.' }),
  },
  {
    doc: 'Requests, and what is done with them.',
    schema: rules(
      {
        message: 'a RequestRedirect filter must not be used together with backendRefs',
        rule: '(has(self.backendRefs) && size(self.backendRefs) > 0) ? (!has(self.filters) || self.filters.all(f, !has(f.requestRedirect))): true',
      },
      needsPrefix('requestRedirect', 'RequestRedirect'),
      needsPrefix('urlRewrite', 'URLRewrite'),
      backendNeedsPrefix('requestRedirect', 'RequestRedirect'),
      backendNeedsPrefix('urlRewrite', 'URLRewrite'),
    ),
  },
);
export interface HTTPRouteRule extends Of<typeof HTTPRouteRule> {}

export const HTTPRouteSpec = struct(
  structName('HTTPRouteSpec'),
  {
    hostnames,
    parentRefs,
    rules: list(0, HTTPRouteRule, {
      doc: 'Which requests go where. The most specific match decides.',
      default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
      listType: 'atomic',
      schema: { ...atMost(16, 1), ...mostMatches((rule) => `${rule}.matches.size()`) },
    }),
  },
  { doc: 'Desired route.' },
);
export interface HTTPRouteSpec extends Of<typeof HTTPRouteSpec> {}

export const HTTPRoute = resource(
  structName('HTTPRoute'),
  {
    doc: 'A way for HTTP requests from a Gateway to Services.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'HTTPRoute',
    plural: 'httproutes',
    singular: 'httproute',
    namespaced: true,
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, HTTPRouteSpec)), status: ref(0, RouteStatus) },
);
export interface HTTPRoute extends Of<typeof HTTPRoute> {}
