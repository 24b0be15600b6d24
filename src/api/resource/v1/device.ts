import {
  amount,
  boolean,
  int64,
  list,
  map,
  type Of,
  raw,
  ref,
  required,
  string,
  struct,
  text,
} from '../../schema/notation.ts';

export const CELDeviceSelector = struct('io.k8s.api.resource.v1.CELDeviceSelector', {
  expression: required(string(1, { emit: 'always' })),
});
export interface CELDeviceSelector extends Of<typeof CELDeviceSelector> {}

export const CapacityRequirements = struct('io.k8s.api.resource.v1.CapacityRequirements', {
  requests: map(1, amount),
});
export interface CapacityRequirements extends Of<typeof CapacityRequirements> {}

export const OpaqueDeviceConfiguration = struct('io.k8s.api.resource.v1.OpaqueDeviceConfiguration', {
  driver: required(string(1, { emit: 'always' })),
  parameters: required(raw(2, { emit: 'always' })),
});
export interface OpaqueDeviceConfiguration extends Of<typeof OpaqueDeviceConfiguration> {}

export const DeviceClaimConfiguration = struct('io.k8s.api.resource.v1.DeviceClaimConfiguration', {
  opaque: ref(1, OpaqueDeviceConfiguration, { emit: 'if-set', inline: [2] }),
  requests: list(1, text, { listType: 'atomic' }),
});
export interface DeviceClaimConfiguration extends Of<typeof DeviceClaimConfiguration> {}

export const DeviceConstraint = struct('io.k8s.api.resource.v1.DeviceConstraint', {
  distinctAttribute: string(3, { emit: 'if-set' }),
  matchAttribute: string(2, { emit: 'if-set' }),
  requests: list(1, text, { listType: 'atomic' }),
});
export interface DeviceConstraint extends Of<typeof DeviceConstraint> {}

export const DeviceSelector = struct('io.k8s.api.resource.v1.DeviceSelector', {
  cel: ref(1, CELDeviceSelector, { emit: 'if-set' }),
});
export interface DeviceSelector extends Of<typeof DeviceSelector> {}

export const DeviceToleration = struct('io.k8s.api.resource.v1.DeviceToleration', {
  effect: string(4, { enum: ['NoExecute', 'NoSchedule', 'None'] }),
  key: string(1),
  operator: string(2, { enum: ['Equal', 'Exists'], default: 'Equal' }),
  tolerationSeconds: int64(5, { emit: 'if-set' }),
  value: string(3),
});
export interface DeviceToleration extends Of<typeof DeviceToleration> {}

export const ExactDeviceRequest = struct('io.k8s.api.resource.v1.ExactDeviceRequest', {
  adminAccess: boolean(5, { emit: 'if-set' }),
  allocationMode: string(3, { assumed: 'ExactCount', enum: ['All', 'ExactCount'] }),
  capacity: ref(7, CapacityRequirements, { emit: 'if-set' }),
  count: int64(4),
  deviceClassName: required(string(1, { emit: 'always' })),
  selectors: list(2, DeviceSelector, { listType: 'atomic' }),
  tolerations: list(6, DeviceToleration, { listType: 'atomic' }),
});
export interface ExactDeviceRequest extends Of<typeof ExactDeviceRequest> {}

export const DeviceSubRequest = struct('io.k8s.api.resource.v1.DeviceSubRequest', {
  allocationMode: string(4, { assumed: 'ExactCount', enum: ['All', 'ExactCount'] }),
  capacity: ref(7, CapacityRequirements, { emit: 'if-set' }),
  count: int64(5),
  deviceClassName: required(string(2, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
  selectors: list(3, DeviceSelector, { listType: 'atomic' }),
  tolerations: list(6, DeviceToleration, { listType: 'atomic' }),
});
export interface DeviceSubRequest extends Of<typeof DeviceSubRequest> {}

export const DeviceRequest = struct('io.k8s.api.resource.v1.DeviceRequest', {
  exactly: ref(2, ExactDeviceRequest, { emit: 'if-set' }),
  firstAvailable: list(3, DeviceSubRequest, { listType: 'atomic' }),
  name: required(string(1, { emit: 'always' })),
});
export interface DeviceRequest extends Of<typeof DeviceRequest> {}

export const DeviceClaim = struct('io.k8s.api.resource.v1.DeviceClaim', {
  config: list(3, DeviceClaimConfiguration, { listType: 'atomic' }),
  constraints: list(2, DeviceConstraint, { listType: 'atomic' }),
  requests: list(1, DeviceRequest, { emit: 'always', listType: 'atomic' }),
});
export interface DeviceClaim extends Of<typeof DeviceClaim> {}

export const ResourceClaimSpec = struct('io.k8s.api.resource.v1.ResourceClaimSpec', {
  devices: ref(1, DeviceClaim, { emit: 'always' }),
});
export interface ResourceClaimSpec extends Of<typeof ResourceClaimSpec> {}
