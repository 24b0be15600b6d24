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
} from '../../../schema/notation.ts';

export const CELDeviceSelector = struct(
  'io.k8s.api.resource.v1.CELDeviceSelector',
  {
    expression: required(
      string(1, { doc: 'A CEL expression over device; true chooses it.', emit: 'always' }),
    ),
  },
  { doc: 'Devices, chosen by an expression.' },
);
export interface CELDeviceSelector extends Of<typeof CELDeviceSelector> {}

export const CapacityRequirements = struct(
  'io.k8s.api.resource.v1.CapacityRequirements',
  {
    requests: map(1, amount, { doc: "The amount needed, by the capacity's name." }),
  },
  { doc: 'How much of a shared device is needed.' },
);
export interface CapacityRequirements extends Of<typeof CapacityRequirements> {}

export const OpaqueDeviceConfiguration = struct(
  'io.k8s.api.resource.v1.OpaqueDeviceConfiguration',
  {
    driver: required(
      string(1, { doc: "The driver's name; others leave the settings alone.", emit: 'always' }),
    ),
    parameters: required(
      raw(2, { doc: "The settings, an object of the driver's own making.", emit: 'always' }),
    ),
  },
  { doc: 'Settings that only one driver understands.' },
);
export interface OpaqueDeviceConfiguration extends Of<typeof OpaqueDeviceConfiguration> {}

export const DeviceClaimConfiguration = struct(
  'io.k8s.api.resource.v1.DeviceClaimConfiguration',
  {
    opaque: ref(1, OpaqueDeviceConfiguration, {
      doc: 'Settings that only the driver understands.',
      emit: 'if-set',
      inline: [2],
    }),
    requests: list(1, text, { doc: 'For which requests they are; all when empty.', listType: 'atomic' }),
  },
  { doc: 'Settings for the devices of a claim.' },
);
export interface DeviceClaimConfiguration extends Of<typeof DeviceClaimConfiguration> {}

export const DeviceConstraint = struct(
  'io.k8s.api.resource.v1.DeviceConstraint',
  {
    distinctAttribute: string(3, {
      doc: 'An attribute that must differ between all devices.',
      emit: 'if-set',
    }),
    matchAttribute: string(2, { doc: 'An attribute that must be the same for all devices.', emit: 'if-set' }),
    requests: list(1, text, { doc: 'For which requests it holds; all when empty.', listType: 'atomic' }),
  },
  { doc: 'What must hold for several devices together.' },
);
export interface DeviceConstraint extends Of<typeof DeviceConstraint> {}

export const DeviceSelector = struct(
  'io.k8s.api.resource.v1.DeviceSelector',
  {
    cel: ref(1, CELDeviceSelector, { doc: 'Chosen by a CEL expression.', emit: 'if-set' }),
  },
  { doc: 'Devices, chosen one way or another.' },
);
export interface DeviceSelector extends Of<typeof DeviceSelector> {}

export const DeviceToleration = struct(
  'io.k8s.api.resource.v1.DeviceToleration',
  {
    effect: string(4, {
      doc: 'NoSchedule or NoExecute; any effect when empty.',
      enum: ['NoExecute', 'NoSchedule', 'None'],
    }),
    key: string(1, { doc: "The taint's key; any when empty, with operator Exists." }),
    operator: string(2, {
      doc: 'Exists, or Equal to compare the value; Equal when absent.',
      enum: ['Equal', 'Exists'],
      default: 'Equal',
    }),
    tolerationSeconds: int64(5, {
      doc: 'For how long NoExecute is borne, in seconds; for good when absent.',
      emit: 'if-set',
    }),
    value: string(3, { doc: "The taint's value, for Equal." }),
  },
  { doc: 'Taints of devices that do no harm.' },
);
export interface DeviceToleration extends Of<typeof DeviceToleration> {}

export const ExactDeviceRequest = struct(
  'io.k8s.api.resource.v1.ExactDeviceRequest',
  {
    adminAccess: boolean(5, {
      doc: 'Watch over devices, even those in use by others; false when absent.',
      emit: 'if-set',
    }),
    allocationMode: string(3, {
      doc: 'ExactCount, or All for every device; ExactCount when absent.',
      assumed: 'ExactCount',
      enum: ['All', 'ExactCount'],
    }),
    capacity: ref(7, CapacityRequirements, { doc: 'How much of shared devices is needed.', emit: 'if-set' }),
    count: int64(4, { doc: 'How many devices; 1 when absent.' }),
    deviceClassName: required(string(1, { doc: 'The class the devices must be of.', emit: 'always' })),
    selectors: list(2, DeviceSelector, { doc: 'A device must match all of these.', listType: 'atomic' }),
    tolerations: list(6, DeviceToleration, { doc: 'Taints of devices that do no harm.', listType: 'atomic' }),
  },
  { doc: 'Devices of one description.' },
);
export interface ExactDeviceRequest extends Of<typeof ExactDeviceRequest> {}

export const DeviceSubRequest = struct(
  'io.k8s.api.resource.v1.DeviceSubRequest',
  {
    allocationMode: string(4, {
      doc: 'ExactCount, or All for every device; ExactCount when absent.',
      assumed: 'ExactCount',
      enum: ['All', 'ExactCount'],
    }),
    capacity: ref(7, CapacityRequirements, { doc: 'How much of shared devices is needed.', emit: 'if-set' }),
    count: int64(5, { doc: 'How many devices; 1 when absent.' }),
    deviceClassName: required(string(2, { doc: 'The class the devices must be of.', emit: 'always' })),
    name: required(string(1, { doc: "The description's name, unique in the request.", emit: 'always' })),
    selectors: list(3, DeviceSelector, { doc: 'A device must match all of these.', listType: 'atomic' }),
    tolerations: list(6, DeviceToleration, { doc: 'Taints of devices that do no harm.', listType: 'atomic' }),
  },
  { doc: 'One of several descriptions that will do.' },
);
export interface DeviceSubRequest extends Of<typeof DeviceSubRequest> {}

export const DeviceRequest = struct(
  'io.k8s.api.resource.v1.DeviceRequest',
  {
    exactly: ref(2, ExactDeviceRequest, { doc: 'Devices of one description.', emit: 'if-set' }),
    firstAvailable: list(3, DeviceSubRequest, {
      doc: 'Several descriptions; the first that can be had is taken.',
      listType: 'atomic',
    }),
    name: required(string(1, { doc: "The request's name, unique in the claim.", emit: 'always' })),
  },
  { doc: 'A request for devices.' },
);
export interface DeviceRequest extends Of<typeof DeviceRequest> {}

export const DeviceClaim = struct(
  'io.k8s.api.resource.v1.DeviceClaim',
  {
    config: list(3, DeviceClaimConfiguration, {
      doc: 'Settings for the devices, for their drivers.',
      listType: 'atomic',
    }),
    constraints: list(2, DeviceConstraint, {
      doc: 'What must hold for several devices together.',
      listType: 'atomic',
    }),
    requests: list(1, DeviceRequest, {
      doc: 'The devices, request by request.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Which devices are wanted.' },
);
export interface DeviceClaim extends Of<typeof DeviceClaim> {}

export const ResourceClaimSpec = struct(
  'io.k8s.api.resource.v1.ResourceClaimSpec',
  {
    devices: ref(1, DeviceClaim, { doc: 'The devices wanted.', emit: 'always' }),
  },
  { doc: 'Which devices are wanted.' },
);
export interface ResourceClaimSpec extends Of<typeof ResourceClaimSpec> {}
