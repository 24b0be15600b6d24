// Names in Gateway API that several components use.

/** Of GatewayClasses whose Gateways the outside door serves. */
export const GATEWAY_CONTROLLER = 'tiphys.io/gateway-controller';

/** The class that clusters begin with. */
export const GATEWAY_CLASS = 'tiphys';

/** Annotations of the definitions. */
export const BUNDLE_VERSION = 'gateway.networking.k8s.io/bundle-version';
export const CHANNEL = 'gateway.networking.k8s.io/channel';
