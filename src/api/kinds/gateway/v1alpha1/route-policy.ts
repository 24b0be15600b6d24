// What Gateway API has no fields for: who may send requests to routes, and how many. Of our own group; attached as GEP-713 says.
import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  int32,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  whole32,
} from '../../../schema/notation.ts';
import { PolicyStatus } from '../v1/backend-tls-policy.ts';
import { atMost, HEADER_NAME, NAME, PORT, rules, SECTION } from '../v1/limits.ts';
import { GATEWAY_GROUP } from '../v1/references.ts';

export const POLICY_GROUP = 'gateway.tiphys.io';

const structName = (name: string): string => `io.tiphys.gateway.v1alpha1.${name}`;

export const RoutePolicyTarget = struct(
  structName('RoutePolicyTarget'),
  {
    group: string(0, { doc: 'API group of the target.', default: GATEWAY_GROUP, enum: [GATEWAY_GROUP] }),
    kind: required(string(0, { doc: 'Kind of the target.', enum: ['Gateway', 'HTTPRoute', 'GRPCRoute'] })),
    name: required(string(0, { doc: 'Name of the target.', schema: NAME })),
    sectionName: string(0, {
      doc: 'Only the listener of a Gateway, or the rule of a route, of this name is meant.',
      schema: SECTION,
    }),
  },
  { doc: 'Reference to an object of the same namespace, or to a part of it.' },
);
export interface RoutePolicyTarget extends Of<typeof RoutePolicyTarget> {}

const count = (doc: string, maximum = 1_000_000) => int32(0, { doc, schema: { minimum: 1, maximum } });

export const RateLimit = struct(
  structName('RateLimit'),
  {
    requestsPerSecond: count('So many requests a second are served.'),
    requestsPerMinute: count('So many requests a minute are served.'),
    connections: count('So many requests are served at once.'),
    burst: int32(0, {
      doc: 'The requests of so many seconds, or minutes, may come at once.',
      default: 1,
      schema: { minimum: 1, maximum: 60 },
    }),
    header: string(0, {
      doc: 'Requests are counted by the value of this header; by the address of the client if it is not set.',
      schema: HEADER_NAME,
    }),
  },
  {
    doc: 'How many requests a client may send. The others get 429 with Retry-After.',
    schema: rules({
      message: 'requestsPerSecond, requestsPerMinute or connections must be set',
      rule: 'has(self.requestsPerSecond) || has(self.requestsPerMinute) || has(self.connections)',
    }),
  },
);
export interface RateLimit extends Of<typeof RateLimit> {}

export const BasicAuth = struct(
  structName('BasicAuth'),
  {
    secretName: required(
      string(0, {
        doc: 'Secret with users and passwords in the key auth, as htpasswd writes them.',
        schema: NAME,
      }),
    ),
    realm: string(0, {
      doc: 'What clients show to their users.',
      default: 'Authentication required',
      schema: { maxLength: 128, minLength: 1, pattern: '^[A-Za-z0-9 ._:/-]+$' },
    }),
  },
  { doc: 'Requests need the name and password of a user.' },
);

export const KeySource = struct(
  structName('KeySource'),
  {
    kind: string(0, { doc: 'Kind of the object.', default: 'ConfigMap', enum: ['ConfigMap', 'Secret'] }),
    name: required(string(0, { doc: 'Name of the object.', schema: NAME })),
    key: string(0, { doc: 'Key of the JSON Web Key Set in it.', default: 'jwks.json', schema: NAME }),
  },
  { doc: 'Object of the same namespace with a JSON Web Key Set.' },
);
export interface KeySource extends Of<typeof KeySource> {}

const CLAIM = { maxLength: 128, minLength: 1, pattern: '^[A-Za-z0-9_][A-Za-z0-9_-]*$' };
const VALUE = { maxLength: 256, minLength: 1, pattern: '^[A-Za-z0-9._~@/:=+][A-Za-z0-9._~@/:=+-]*$' };

export const ClaimRequirement = struct(
  structName('ClaimRequirement'),
  {
    claim: required(string(0, { doc: 'Name of the claim.', schema: CLAIM })),
    values: required(
      list(0, text, {
        doc: 'Values of which the claim, or one of its entries, must have one.',
        listType: 'atomic',
        schema: atMost(16, 1),
        each: VALUE,
      }),
    ),
  },
  { doc: 'A claim that a token must have.' },
);

export const ClaimHeader = struct(
  structName('ClaimHeader'),
  {
    claim: required(string(0, { doc: 'Name of the claim.', schema: CLAIM })),
    header: required(string(0, { doc: 'Header that the backend gets.', schema: HEADER_NAME })),
  },
  { doc: 'A claim that the backend gets as a header. What a client sends in it is removed.' },
);

export const JwtAuth = struct(
  structName('JwtAuth'),
  {
    issuer: required(string(0, { doc: 'The claim iss of tokens.', schema: VALUE })),
    audiences: list(0, text, {
      doc: 'Values of which the claim aud must have one. Any will do if there are none.',
      listType: 'atomic',
      schema: atMost(8),
      each: VALUE,
    }),
    keys: ref(0, KeySource, { doc: 'Where the keys are with which tokens are signed.' }),
    keysURL: string(0, {
      doc: 'https URL of a JSON Web Key Set with those keys, at a server with public addresses. It is read every five minutes.',
      schema: {
        maxLength: 1024,
        pattern: '^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9/._~%!&*+,=:@?-]*)?$',
      },
    }),
    requiredClaims: list(0, ClaimRequirement, {
      doc: 'Claims that tokens must have.',
      listType: 'atomic',
      schema: atMost(8),
    }),
    claimHeaders: list(0, ClaimHeader, {
      doc: 'Claims that the backend gets as headers.',
      listType: 'atomic',
      schema: atMost(8),
    }),
    forwardToken: boolean(0, { doc: 'Whether the backend gets the token itself.', default: true }),
  },
  {
    doc: 'Requests need a bearer token: a JSON Web Token with a signature and claims that hold.',
    schema: rules({
      message: 'either keys or keysURL must be set',
      rule: 'has(self.keys) != has(self.keysURL)',
    }),
  },
);
export interface JwtAuth extends Of<typeof JwtAuth> {}

export const ExternalAuth = struct(
  structName('ExternalAuth'),
  {
    serviceName: required(string(0, { doc: 'Service of the same namespace that is asked.', schema: NAME })),
    port: required(int32(0, { doc: 'Port of the Service.', schema: PORT })),
    path: string(0, {
      doc: "What comes before the request's own path when the Service is asked.",
      schema: { maxLength: 512, pattern: '^/[A-Za-z0-9/._~!&*+,=:@-]*$' },
    }),
    requestHeaders: list(0, text, {
      doc: 'Headers of the request that it is sent besides Host, Content-Length and Authorization.',
      listType: 'atomic',
      schema: atMost(16),
      each: HEADER_NAME,
    }),
    responseHeaders: list(0, text, {
      doc: 'Headers of its answer that the backend gets. What a client sends in them is removed.',
      listType: 'atomic',
      schema: atMost(16),
      each: HEADER_NAME,
    }),
    signInURL: string(0, {
      doc: 'Where clients are sent that it does not know (401): this and the escaped URL of the request.',
      schema: { maxLength: 1024, pattern: '^https?://[A-Za-z0-9/._~!&*+,=:@?-]*$' },
    }),
  },
  {
    doc: 'A Service is asked whether a request may pass: with any status but 2xx its answer goes to the client.',
  },
);
export interface ExternalAuth extends Of<typeof ExternalAuth> {}

const CIDR = {
  maxLength: 43,
  minLength: 1,
  ...rules({
    message: 'must be an IP address or a CIDR',
    rule: "self.contains('/') ? isCIDR(self) : isIP(self)",
  }),
};

const cidrs = (doc: string) => list(0, text, { doc, listType: 'atomic', schema: atMost(64), each: CIDR });

export const ClientAddresses = struct(
  structName('ClientAddresses'),
  {
    allow: cidrs('Only clients with these addresses are served.'),
    deny: cidrs('Clients with these addresses are not served.'),
  },
  { doc: 'Whose requests are served, by address. The others get 403.' },
);

export const SessionCookie = struct(
  structName('SessionCookie'),
  {
    name: required(string(0, { doc: 'Name of the cookie.', schema: CLAIM })),
    maxAgeSeconds: count(
      'So long clients keep it; to the end of their session if it is not set.',
      1_000_000_000,
    ),
    sameSite: string(0, { doc: 'The attribute SameSite.', enum: ['None', 'Lax', 'Strict'] }),
    secure: boolean(0, { doc: 'Clients send it over TLS only.', default: false }),
  },
  { doc: 'Requests of a client go to one endpoint as long as it is there.' },
);

export const Retries = struct(
  structName('Retries'),
  {
    attempts: required(count('So many tries follow the first.', 10)),
    codes: list(0, whole32, {
      doc: 'Statuses after which the next try follows. After a connection that failed it always does.',
      listType: 'atomic',
      schema: atMost(16),
      each: { minimum: 400, maximum: 599 },
    }),
  },
  { doc: 'Requests are tried again at another endpoint.' },
);

export const RoutePolicySpec = struct(
  structName('RoutePolicySpec'),
  {
    targetRefs: required(
      list(0, RoutePolicyTarget, {
        doc: 'Gateways and routes, or parts of them, whose requests are meant.',
        listType: 'atomic',
        schema: atMost(16, 1),
      }),
    ),
    basicAuth: ref(0, BasicAuth, { doc: 'Requests need a password.' }),
    clientAddresses: ref(0, ClientAddresses, { doc: 'Whose requests are served.' }),
    externalAuth: ref(0, ExternalAuth, { doc: 'A Service decides.' }),
    jwt: ref(0, JwtAuth, { doc: 'Requests need a token.' }),
    maxRequestBytes: int32(0, {
      doc: 'Requests with a larger body get 413.',
      schema: { minimum: 1, maximum: 2_147_483_647 },
    }),
    rateLimit: ref(0, RateLimit, { doc: 'How many requests are served.' }),
    retries: ref(0, Retries, { doc: 'Requests are tried again.' }),
    sessionCookie: ref(0, SessionCookie, { doc: 'Clients stay with an endpoint.' }),
  },
  { doc: 'Desired policy. A part of it holds where no policy of a more specific target has that part.' },
);
export interface RoutePolicySpec extends Of<typeof RoutePolicySpec> {}

export const RoutePolicy = resource(
  structName('RoutePolicy'),
  {
    doc: 'Who may send requests to routes, and how many.',
    group: POLICY_GROUP,
    version: 'v1alpha1',
    kind: 'RoutePolicy',
    plural: 'routepolicies',
    singular: 'routepolicy',
    namespaced: true,
    shortNames: ['rpol'],
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, RoutePolicySpec)), status: ref(0, PolicyStatus) },
);
export interface RoutePolicy extends Of<typeof RoutePolicy> {}
