import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { conditions, pending } from './conditions.ts';
import { atMost, CONTROLLER, GROUP, KIND, NAME, NAMESPACE, rules } from './limits.ts';
import { GATEWAY_GROUP, structName } from './references.ts';

export const ParametersReference = struct(
  structName('ParametersReference'),
  {
    group: required(string(0, { doc: 'API group of the object.', schema: GROUP })),
    kind: required(string(0, { doc: 'Kind of the object.', schema: KIND })),
    name: required(string(0, { doc: 'Name of the object.', schema: NAME })),
    namespace: string(0, {
      doc: 'Namespace of the object. Required if the kind has namespaces.',
      schema: NAMESPACE,
    }),
  },
  { doc: "Reference to an object with the controller's own parameters." },
);

export const GatewayClassSpec = struct(
  structName('GatewayClassSpec'),
  {
    controllerName: required(
      string(0, {
        doc: 'Name of the controller for Gateways of this class, as domain/path. Cannot be changed.',
        schema: {
          ...CONTROLLER,
          ...rules({ message: 'controllerName is immutable', rule: 'self == oldSelf' }),
        },
      }),
    ),
    description: string(0, { doc: 'Description of the class.', schema: { maxLength: 64 } }),
    parametersRef: ref(0, ParametersReference, { doc: "The controller's own parameters for the class." }),
  },
  { doc: 'Desired class.' },
);
export interface GatewayClassSpec extends Of<typeof GatewayClassSpec> {}

export const SupportedFeature = struct(
  structName('SupportedFeature'),
  { name: required(string(0, { doc: 'Name of the feature.' })) },
  { doc: 'A feature of Gateway API that the controller supports.' },
);

export const GatewayClassStatus = struct(
  structName('GatewayClassStatus'),
  {
    conditions: conditions({ default: pending('Accepted') }),
    supportedFeatures: list(0, SupportedFeature, {
      doc: 'Features that Gateways of this class support, sorted by name.',
      listType: 'map',
      keys: ['name'],
      schema: atMost(64),
    }),
  },
  { doc: 'Most recently observed state of the class.' },
);
export interface GatewayClassStatus extends Of<typeof GatewayClassStatus> {}

export const GatewayClass = resource(
  structName('GatewayClass'),
  {
    doc: 'A class of Gateways, which names the controller that serves them.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    singular: 'gatewayclass',
    namespaced: false,
    shortNames: ['gc'],
    categories: ['gateway-api'],
  },
  {
    spec: required(ref(0, GatewayClassSpec)),
    status: ref(0, GatewayClassStatus, { default: { conditions: pending('Accepted') } }),
  },
);
export interface GatewayClass extends Of<typeof GatewayClass> {}
