// Listeners of Gateways and of ListenerSets, and what is observed of them.
import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { int32, list, map, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { conditions } from './conditions.ts';
import { atMost, GROUP, HOST_NAME, KIND, OPTION, OPTIONS, PORT, rules, SECTION } from './limits.ts';
import { GATEWAY_GROUP, SecretObjectReference, structName } from './references.ts';

export const RouteGroupKind = struct(
  structName('RouteGroupKind'),
  {
    group: string(0, { doc: 'API group of the route.', default: GATEWAY_GROUP, schema: GROUP }),
    kind: required(string(0, { doc: 'Kind of the route.', schema: KIND })),
  },
  { doc: 'A kind of routes.' },
);
export interface RouteGroupKind extends Of<typeof RouteGroupKind> {}

export const RouteNamespaces = struct(
  structName('RouteNamespaces'),
  {
    from: string(0, {
      doc: "Whether routes of all namespaces, of selected ones, or of the listener's own namespace may be attached.",
      default: 'Same',
      enum: ['All', 'Selector', 'Same'],
    }),
    selector: ref(0, LabelSelector, { doc: 'Labels of the namespaces. Only for Selector.' }),
  },
  { doc: 'Namespaces of routes.' },
);
export interface RouteNamespaces extends Of<typeof RouteNamespaces> {}

export const AllowedRoutes = struct(
  structName('AllowedRoutes'),
  {
    kinds: list(0, RouteGroupKind, {
      doc: 'Kinds of routes that may be attached. Those of the protocol if there are none.',
      listType: 'atomic',
      schema: atMost(8),
    }),
    namespaces: ref(0, RouteNamespaces, {
      doc: 'Namespaces of routes that may be attached.',
      default: { from: 'Same' },
    }),
  },
  { doc: 'Routes that may be attached to a listener.' },
);
export interface AllowedRoutes extends Of<typeof AllowedRoutes> {}

export const ListenerTLSConfig = struct(
  structName('ListenerTLSConfig'),
  {
    certificateRefs: list(0, SecretObjectReference, {
      doc: 'Secrets of type kubernetes.io/tls with the certificates.',
      listType: 'atomic',
      schema: atMost(64),
    }),
    mode: string(0, {
      doc: 'Whether TLS ends at the Gateway or is passed on as it is.',
      default: 'Terminate',
      enum: ['Terminate', 'Passthrough'],
    }),
    options: map(0, text, { doc: 'Options of controllers.', schema: OPTIONS, each: OPTION }),
  },
  {
    doc: 'How TLS is served.',
    schema: rules({
      message: 'certificateRefs or options must be set when mode is Terminate',
      rule: "self.mode == 'Terminate' ? size(self.certificateRefs) > 0 || size(self.options) > 0 : true",
    }),
  },
);
export interface ListenerTLSConfig extends Of<typeof ListenerTLSConfig> {}

export const Listener = struct(
  structName('Listener'),
  {
    allowedRoutes: ref(0, AllowedRoutes, {
      doc: 'Routes that may be attached.',
      default: { namespaces: { from: 'Same' } },
    }),
    hostname: string(0, {
      doc: 'Only requests for this host name are served, or for names below a wildcard such as *.example.com.',
      schema: HOST_NAME,
    }),
    name: required(string(0, { doc: 'Name of the listener, unique in the object.', schema: SECTION })),
    port: required(int32(0, { doc: 'Port to listen on.', schema: PORT })),
    protocol: required(
      string(0, {
        doc: 'Protocol of the clients: HTTP, HTTPS, TLS, TCP or UDP.',
        schema: {
          maxLength: 255,
          minLength: 1,
          pattern:
            '^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9]+$',
        },
      }),
    ),
    tls: ref(0, ListenerTLSConfig, { doc: 'How TLS is served. Only for HTTPS and TLS.' }),
  },
  { doc: 'A port that a Gateway listens on, for one host name or for all.' },
);
export interface Listener extends Of<typeof Listener> {}

const unique = (port: string): string => {
  const hosts =
    '(has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : !has(l1.hostname) && !has(l2.hostname))';
  return `self.exists_one(l2, ${port}l1.port == l2.port && l1.protocol == l2.protocol && ${hosts})`;
};

/** `inSet`: the rules were written when a port could be left out. */
export const listenerRules = (inSet: boolean) =>
  rules(
    {
      message: 'listeners of protocol HTTP, TCP or UDP must not have tls',
      rule: "self.all(l, l.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(l.tls) : true)",
    },
    {
      message: 'listeners of protocol HTTPS must have the tls mode Terminate',
      rule: "self.all(l, (l.protocol == 'HTTPS' && has(l.tls)) ? (l.tls.mode == '' || l.tls.mode == 'Terminate') : true)",
    },
    {
      message: 'listeners of protocol TLS must have a tls mode',
      rule: "self.all(l, (l.protocol == 'TLS' ? has(l.tls) && has(l.tls.mode) && l.tls.mode != '' : true))",
    },
    {
      message: 'listeners of protocol TCP or UDP must not have a hostname',
      rule: "self.all(l, l.protocol in ['TCP', 'UDP']  ? (!has(l.hostname) || l.hostname == '') : true)",
    },
    {
      message: 'names of listeners must be unique',
      rule: 'self.all(l1, self.exists_one(l2, l1.name == l2.name))',
    },
    {
      message: 'port, protocol and hostname together must be unique for each listener',
      rule: `self.all(l1, ${inSet ? `!has(l1.port) || ${unique('has(l2.port) && ')}` : unique('')})`,
    },
  );

export const ListenerStatus = struct(
  structName('ListenerStatus'),
  {
    attachedRoutes: required(int32(0, { doc: 'Number of routes that are attached.' })),
    conditions: required(conditions()),
    name: required(string(0, { doc: 'Name of the listener.', schema: SECTION })),
    supportedKinds: list(0, RouteGroupKind, {
      doc: 'Kinds of routes that can be attached.',
      listType: 'atomic',
      schema: atMost(8),
    }),
  },
  { doc: 'Most recently observed state of a listener.' },
);
export interface ListenerStatus extends Of<typeof ListenerStatus> {}

export const listenerStatuses = list(0, ListenerStatus, {
  doc: 'State of each listener.',
  listType: 'map',
  keys: ['name'],
  schema: atMost(64),
});
