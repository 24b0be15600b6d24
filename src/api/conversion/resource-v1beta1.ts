// Objects of resource.k8s.io/v1beta1 in the form of v1, and back. Loaded only when --runtime-config turns that version on.
// Upstream: pkg/apis/resource/v1beta1/conversion.go.
import type { DeviceRequest as V1Request } from '../kinds/resource/v1/device.ts';
import type { ResourceClaim as V1Claim } from '../kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimTemplate as V1Template } from '../kinds/resource/v1/resource-claim-template.ts';
import type { Device as V1Device, ResourceSlice as V1Slice } from '../kinds/resource/v1/resource-slice.ts';
import type { Device, DeviceRequest, ResourceClaimSpec } from '../kinds/resource/v1beta1/device.ts';
import type { ResourceClaim } from '../kinds/resource/v1beta1/resource-claim.ts';
import type { ResourceClaimTemplate } from '../kinds/resource/v1beta1/resource-claim-template.ts';
import type { ResourceSlice } from '../kinds/resource/v1beta1/resource-slice.ts';

const V1 = 'resource.k8s.io/v1';
const BETA = 'resource.k8s.io/v1beta1';

export const claim = {
  toStored: (object: ResourceClaim): V1Claim => ({
    ...object,
    apiVersion: V1,
    spec: object.spec && withRequests(object.spec, requestToStored),
  }),
  fromStored: (object: V1Claim): ResourceClaim => ({
    ...object,
    apiVersion: BETA,
    spec: object.spec && withRequests(object.spec, requestFromStored),
  }),
};

export const template = {
  toStored: (object: ResourceClaimTemplate): V1Template => ({
    ...object,
    apiVersion: V1,
    spec: object.spec && {
      ...object.spec,
      spec: object.spec.spec && withRequests(object.spec.spec, requestToStored),
    },
  }),
  fromStored: (object: V1Template): ResourceClaimTemplate => ({
    ...object,
    apiVersion: BETA,
    spec: object.spec && {
      ...object.spec,
      spec: object.spec.spec && withRequests(object.spec.spec, requestFromStored),
    },
  }),
};

export const slice = {
  toStored: (object: ResourceSlice): V1Slice => ({
    ...object,
    apiVersion: V1,
    spec: object.spec && withDevices(object.spec, deviceToStored),
  }),
  fromStored: (object: V1Slice): ResourceSlice => ({
    ...object,
    apiVersion: BETA,
    spec: object.spec && withDevices(object.spec, deviceFromStored),
  }),
};

interface SpecWithRequests<R> {
  readonly devices?: NonNullable<ResourceClaimSpec['devices']> extends infer D
    ? Omit<D, 'requests'> & { requests?: R[] }
    : never;
}

function withRequests<From, To>(
  spec: SpecWithRequests<From>,
  convert: (request: From) => To,
): SpecWithRequests<To> {
  const { devices } = spec;
  if (!devices) return {};
  const { requests, ...others } = devices;
  // A list that is missing is written as null.
  return { ...spec, devices: { ...others, ...(requests && { requests: requests.map(convert) }) } };
}

/** Whatever describes devices of one class makes an exact request, also if the class is missing: that is for validation. */
function requestToStored({ name, firstAvailable, deviceClassName = '', ...main }: DeviceRequest): V1Request {
  const isExact = deviceClassName !== '' || Object.values(main).some((value) => value !== undefined);
  return {
    name,
    ...(firstAvailable && { firstAvailable }),
    ...(isExact && { exactly: { deviceClassName, ...main } }),
  };
}

const requestFromStored = ({ exactly, ...others }: V1Request): DeviceRequest => ({
  deviceClassName: '',
  ...others,
  ...exactly,
});

interface SpecWithDevices<D> {
  readonly devices?: D[];
  readonly nodeName?: string;
  readonly allNodes?: boolean;
}

function withDevices<From, To, S extends SpecWithDevices<From>>(
  spec: S,
  convert: (device: From) => To,
): Omit<S, 'devices'> & { devices?: To[] } {
  const { devices, nodeName, allNodes, ...others } = spec;
  return {
    ...(others as Omit<S, 'devices'>),
    ...(nodeName && { nodeName }),
    ...(allNodes && { allNodes }),
    ...(devices && { devices: devices.map(convert) }),
  };
}

const deviceToStored = ({ name, basic }: Device): V1Device => ({ name, ...basic });

const deviceFromStored = ({ name, ...basic }: V1Device): Device => ({ name, basic });
