import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import type { JsonSchema } from '../../../schema/json-schema.ts';
import { int32, list, map, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { conditions, pending } from './conditions.ts';
import { ADDRESS_TYPE, atMost, HOST_EXPRESSION, NAME, OPTION, PORT, rules } from './limits.ts';
import { Listener, listenerRules, listenerStatuses } from './listeners.ts';
import {
  GATEWAY_GROUP,
  LocalObjectReference,
  ObjectReference,
  SecretObjectReference,
  structName,
} from './references.ts';

const ADDRESS_FORM: Partial<JsonSchema> = {
  oneOf: [
    {
      properties: {
        type: { enum: ['IPAddress'] },
        value: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
      },
    },
    { properties: { type: { not: { enum: ['IPAddress'] } } } },
  ],
};

const addressType = string(0, {
  doc: 'Type of the address: IPAddress, Hostname, or one of a controller.',
  default: 'IPAddress',
  schema: ADDRESS_TYPE,
});

export const GatewaySpecAddress = struct(
  structName('GatewaySpecAddress'),
  {
    type: addressType,
    value: string(0, {
      doc: 'The address. One of the type is chosen if it is not set.',
      schema: { maxLength: 253 },
    }),
  },
  {
    doc: 'An address that a Gateway asks for.',
    schema: {
      ...ADDRESS_FORM,
      ...rules({
        message: `a value of type Hostname must be empty or match ${HOST_EXPRESSION}`,
        rule: `self.type == 'Hostname' ? (!has(self.value) || self.value.matches(r"""${HOST_EXPRESSION}""")): true`,
      }),
    },
  },
);
export interface GatewaySpecAddress extends Of<typeof GatewaySpecAddress> {}

export const GatewayStatusAddress = struct(
  structName('GatewayStatusAddress'),
  { type: addressType, value: required(string(0, { doc: 'The address.', schema: NAME })) },
  {
    doc: 'An address at which a Gateway is reached.',
    schema: {
      ...ADDRESS_FORM,
      ...rules({
        message: `a value of type Hostname must match ${HOST_EXPRESSION}`,
        rule: `self.type == 'Hostname' ? self.value.matches(r"""${HOST_EXPRESSION}"""): true`,
      }),
    },
  },
);
export interface GatewayStatusAddress extends Of<typeof GatewayStatusAddress> {}

export const ListenerNamespaces = struct(
  structName('ListenerNamespaces'),
  {
    from: string(0, {
      doc: "Whether ListenerSets of all namespaces, of selected ones, of the Gateway's own or of none may be attached.",
      default: 'None',
      enum: ['All', 'Selector', 'Same', 'None'],
    }),
    selector: ref(0, LabelSelector, { doc: 'Labels of the namespaces. Only for Selector.' }),
  },
  { doc: 'Namespaces of ListenerSets.' },
);
export interface ListenerNamespaces extends Of<typeof ListenerNamespaces> {}

export const AllowedListeners = struct(
  structName('AllowedListeners'),
  {
    namespaces: ref(0, ListenerNamespaces, {
      doc: 'Namespaces of ListenerSets that may be attached.',
      default: { from: 'None' },
    }),
  },
  { doc: 'ListenerSets that may be attached to a Gateway.' },
);

const PREFIXED_NAME =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$';

const keyRules = (what: string) =>
  rules(
    {
      message: `keys of ${what} must be names of up to 63 characters, perhaps after a DNS subdomain and a slash`,
      rule: `self.all(key, key.matches(r"""${PREFIXED_NAME}"""))`,
    },
    {
      message: `prefixes of keys of ${what} must be DNS subdomains of up to 253 characters`,
      rule: 'self.all(key, key.split("/")[0].size() < 253)',
    },
  );

export const GatewayInfrastructure = struct(
  structName('GatewayInfrastructure'),
  {
    annotations: map(0, text, {
      doc: 'Annotations of the objects that are made for the Gateway.',
      schema: { maxProperties: 16, ...keyRules('annotations') },
      each: OPTION,
    }),
    labels: map(0, text, {
      doc: 'Labels of the objects that are made for the Gateway.',
      schema: { maxProperties: 8, ...keyRules('labels') },
      each: { maxLength: 63, minLength: 0, pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$' },
    }),
    parametersRef: ref(0, LocalObjectReference, {
      doc: "The controller's own parameters for the Gateway.",
    }),
  },
  { doc: 'What is made for a Gateway.' },
);

export const FrontendTLSValidation = struct(
  structName('FrontendTLSValidation'),
  {
    caCertificateRefs: required(
      list(0, ObjectReference, {
        doc: 'ConfigMaps with certificates of authorities in the key ca.crt.',
        listType: 'atomic',
        schema: atMost(16, 1),
      }),
    ),
    mode: string(0, {
      doc: 'Whether clients need a certificate of these authorities, or are served without one, too.',
      default: 'AllowValidOnly',
      enum: ['AllowValidOnly', 'AllowInsecureFallback'],
    }),
  },
  { doc: "How clients' certificates are checked." },
);
export interface FrontendTLSValidation extends Of<typeof FrontendTLSValidation> {}

export const TLSConfig = struct(
  structName('TLSConfig'),
  { validation: ref(0, FrontendTLSValidation, { doc: "How clients' certificates are checked." }) },
  { doc: 'TLS towards clients.' },
);

export const TLSPortConfig = struct(
  structName('TLSPortConfig'),
  {
    port: required(int32(0, { doc: 'Port of the listeners.', schema: PORT })),
    tls: required(ref(0, TLSConfig, { doc: 'TLS of this port.' })),
  },
  { doc: 'TLS towards clients of one port.' },
);

export const FrontendTLSConfig = struct(
  structName('FrontendTLSConfig'),
  {
    default: required(ref(0, TLSConfig, { doc: 'TLS of the listeners of all other ports.' })),
    perPort: list(0, TLSPortConfig, {
      doc: 'TLS of single ports, instead of the default.',
      listType: 'map',
      keys: ['port'],
      schema: {
        ...atMost(64),
        ...rules({
          message: 'ports of TLS configurations must be unique within the Gateway',
          rule: 'self.all(t1, self.exists_one(t2, t1.port == t2.port))',
        }),
      },
    }),
  },
  { doc: 'TLS towards clients.' },
);

export const GatewayBackendTLS = struct(
  structName('GatewayBackendTLS'),
  {
    clientCertificateRef: ref(0, SecretObjectReference, {
      doc: 'The certificate that the Gateway shows to backends.',
    }),
  },
  { doc: 'TLS towards backends.' },
);

export const GatewayTLSConfig = struct(
  structName('GatewayTLSConfig'),
  {
    backend: ref(0, GatewayBackendTLS, { doc: 'TLS towards backends.' }),
    frontend: ref(0, FrontendTLSConfig, { doc: 'TLS towards clients.' }),
  },
  { doc: 'TLS of the whole Gateway.' },
);

const uniqueValues = (type: string, spaces: string) => ({
  message: `values of type ${type} must be unique`,
  rule: `self.all(a1, a1.type == '${type}'${spaces}&& has(a1.value) ? self.exists_one(a2, a2.type == a1.type && has(a2.value) && a2.value == a1.value) : true )`,
});

export const GatewaySpec = struct(
  structName('GatewaySpec'),
  {
    addresses: list(0, GatewaySpecAddress, {
      doc: 'Addresses that the Gateway asks for. One is chosen if there are none.',
      listType: 'atomic',
      schema: { ...atMost(16), ...rules(uniqueValues('IPAddress', ' '), uniqueValues('Hostname', '  ')) },
    }),
    allowedListeners: ref(0, AllowedListeners, { doc: 'ListenerSets that may be attached.' }),
    gatewayClassName: required(string(0, { doc: 'Name of the GatewayClass.', schema: NAME })),
    infrastructure: ref(0, GatewayInfrastructure, { doc: 'What is made for the Gateway.' }),
    listeners: required(
      list(0, Listener, {
        doc: 'Ports that the Gateway listens on.',
        listType: 'map',
        keys: ['name'],
        schema: { ...atMost(64, 1), ...listenerRules(false) },
      }),
    ),
    tls: ref(0, GatewayTLSConfig, { doc: 'TLS of the whole Gateway.' }),
  },
  { doc: 'Desired Gateway.' },
);
export interface GatewaySpec extends Of<typeof GatewaySpec> {}

export const GatewayStatus = struct(
  structName('GatewayStatus'),
  {
    addresses: list(0, GatewayStatusAddress, {
      doc: 'Addresses at which the Gateway is reached.',
      listType: 'atomic',
      schema: atMost(16),
    }),
    attachedListenerSets: int32(0, { doc: 'Number of ListenerSets that are attached.' }),
    conditions: conditions({ default: pending('Accepted', 'Programmed') }),
    listeners: listenerStatuses,
  },
  { doc: 'Most recently observed state of the Gateway.' },
);
export interface GatewayStatus extends Of<typeof GatewayStatus> {}

export const Gateway = resource(
  structName('Gateway'),
  {
    doc: 'A place where clients from outside reach the cluster: addresses, ports and host names.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'Gateway',
    plural: 'gateways',
    singular: 'gateway',
    namespaced: true,
    shortNames: ['gtw'],
    categories: ['gateway-api'],
  },
  {
    spec: required(ref(0, GatewaySpec)),
    status: ref(0, GatewayStatus, { default: { conditions: pending('Accepted', 'Programmed') } }),
  },
);
export interface Gateway extends Of<typeof Gateway> {}
