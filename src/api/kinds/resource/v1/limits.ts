// How much devices may have, and claims may ask for. Read by their validation, and by the estimates of what expressions that select
// devices cost. Upstream: constants in staging/src/k8s.io/api/resource/v1/types.go.

/** Bytes of names: of a driver or domain, and of an attribute or capacity within it. */
export const MAX_DRIVER_NAME = 63;
export const MAX_IDENTIFIER = 32;
/** Bytes of a text or version. */
export const MAX_ATTRIBUTE_VALUE = 64;
/** Of one device, together. */
export const MAX_ATTRIBUTES_AND_CAPACITIES = 32;
/** Of one device, the items of lists counted singly. */
export const MAX_ATTRIBUTE_VALUES = 48;

/** Of a claim, and devices that can be allocated for it. */
export const MAX_REQUESTS = 32;
/** Of a claim or class. */
export const MAX_CONFIGURATIONS = 32;

/** Bytes. */
export const MAX_SELECTOR = 10 * 1024;
/** Estimated, and counted when it runs. */
export const MAX_SELECTOR_COST = 1_000_000;
