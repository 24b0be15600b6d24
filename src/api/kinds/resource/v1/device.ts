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
      string(1, {
        doc: 'CEL expression over device that must be true for the device to be selected.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Selects devices with a CEL expression.' },
);
export interface CELDeviceSelector extends Of<typeof CELDeviceSelector> {}

export const CapacityRequirements = struct(
  'io.k8s.api.resource.v1.CapacityRequirements',
  {
    requests: map(1, amount, { doc: 'Required amounts by name of the capacity.' }),
  },
  { doc: 'Required capacity of a device that is shared.' },
);
export interface CapacityRequirements extends Of<typeof CapacityRequirements> {}

export const OpaqueDeviceConfiguration = struct(
  'io.k8s.api.resource.v1.OpaqueDeviceConfiguration',
  {
    driver: required(string(1, { doc: 'Name of the driver that the configuration is for.', emit: 'always' })),
    parameters: required(raw(2, { doc: 'Parameters in a format that the driver defines.', emit: 'always' })),
  },
  { doc: 'Driver-specific configuration of devices.' },
);
export interface OpaqueDeviceConfiguration extends Of<typeof OpaqueDeviceConfiguration> {}

export const DeviceClaimConfiguration = struct(
  'io.k8s.api.resource.v1.DeviceClaimConfiguration',
  {
    opaque: ref(1, OpaqueDeviceConfiguration, {
      doc: 'Driver-specific configuration.',
      emit: 'if-set',
      inline: [2],
    }),
    requests: list(1, text, {
      doc: 'Names of the requests the configuration applies to. By default, it applies to all.',
      listType: 'atomic',
    }),
  },
  { doc: 'Configuration for devices of a claim.' },
);
export interface DeviceClaimConfiguration extends Of<typeof DeviceClaimConfiguration> {}

export const DeviceConstraint = struct(
  'io.k8s.api.resource.v1.DeviceConstraint',
  {
    distinctAttribute: string(3, {
      doc: 'Attribute whose values must all differ between the devices.',
      emit: 'if-set',
    }),
    matchAttribute: string(2, {
      doc: 'Attribute whose value must be the same for all devices.',
      emit: 'if-set',
    }),
    requests: list(1, text, {
      doc: 'Names of the requests the constraint applies to. By default, it applies to all.',
      listType: 'atomic',
    }),
  },
  { doc: 'Constraint that several devices must meet together.' },
);
export interface DeviceConstraint extends Of<typeof DeviceConstraint> {}

export const DeviceSelector = struct(
  'io.k8s.api.resource.v1.DeviceSelector',
  {
    cel: ref(1, CELDeviceSelector, { doc: 'Selects devices with a CEL expression.', emit: 'if-set' }),
  },
  { doc: 'Selects devices.' },
);
export interface DeviceSelector extends Of<typeof DeviceSelector> {}

export const DeviceToleration = struct(
  'io.k8s.api.resource.v1.DeviceToleration',
  {
    effect: string(4, {
      doc: 'Taint effect to match: NoSchedule or NoExecute. Empty matches all effects.',
      enum: ['NoExecute', 'NoSchedule', 'None'],
    }),
    key: string(1, { doc: 'Taint key to match. Empty matches all keys; operator must then be Exists.' }),
    operator: string(2, {
      doc: 'How the value is compared: Exists or Equal. Defaults to Equal.',
      enum: ['Equal', 'Exists'],
      default: 'Equal',
    }),
    tolerationSeconds: int64(5, {
      doc: 'Number of seconds a NoExecute taint is tolerated. By default, it is tolerated forever.',
      emit: 'if-set',
    }),
    value: string(3, { doc: 'Taint value to match. Must be empty if operator is Exists.' }),
  },
  { doc: 'Allows devices with a matching taint to be allocated.' },
);
export interface DeviceToleration extends Of<typeof DeviceToleration> {}

export const ExactDeviceRequest = struct(
  'io.k8s.api.resource.v1.ExactDeviceRequest',
  {
    adminAccess: boolean(5, {
      doc: 'Whether administrative access is requested, also to devices that are in use. Defaults to false.',
      emit: 'if-set',
    }),
    allocationMode: string(3, {
      doc: 'Which devices are allocated: ExactCount, or All that match. Defaults to ExactCount.',
      assumed: 'ExactCount',
      enum: ['All', 'ExactCount'],
    }),
    capacity: ref(7, CapacityRequirements, { doc: 'Required capacity of each device.', emit: 'if-set' }),
    count: int64(4, { doc: 'Number of devices if allocationMode is ExactCount. Defaults to 1.' }),
    deviceClassName: required(
      string(1, { doc: 'Name of the DeviceClass that the devices must belong to.', emit: 'always' }),
    ),
    selectors: list(2, DeviceSelector, {
      doc: 'Selectors that a device must all match.',
      listType: 'atomic',
    }),
    tolerations: list(6, DeviceToleration, {
      doc: 'Tolerations for taints of devices.',
      listType: 'atomic',
    }),
  },
  { doc: 'Request for one or more devices that all meet the same requirements.' },
);
export interface ExactDeviceRequest extends Of<typeof ExactDeviceRequest> {}

export const DeviceSubRequest = struct(
  'io.k8s.api.resource.v1.DeviceSubRequest',
  {
    allocationMode: string(4, {
      doc: 'Which devices are allocated: ExactCount, or All that match. Defaults to ExactCount.',
      assumed: 'ExactCount',
      enum: ['All', 'ExactCount'],
    }),
    capacity: ref(7, CapacityRequirements, { doc: 'Required capacity of each device.', emit: 'if-set' }),
    count: int64(5, { doc: 'Number of devices if allocationMode is ExactCount. Defaults to 1.' }),
    deviceClassName: required(
      string(2, { doc: 'Name of the DeviceClass that the devices must belong to.', emit: 'always' }),
    ),
    name: required(string(1, { doc: 'Name of the subrequest, unique within the request.', emit: 'always' })),
    selectors: list(3, DeviceSelector, {
      doc: 'Selectors that a device must all match.',
      listType: 'atomic',
    }),
    tolerations: list(6, DeviceToleration, {
      doc: 'Tolerations for taints of devices.',
      listType: 'atomic',
    }),
  },
  { doc: 'Alternative that can satisfy a request.' },
);
export interface DeviceSubRequest extends Of<typeof DeviceSubRequest> {}

export const DeviceRequest = struct(
  'io.k8s.api.resource.v1.DeviceRequest',
  {
    exactly: ref(2, ExactDeviceRequest, {
      doc: 'Request for one or more devices that all meet the same requirements.',
      emit: 'if-set',
    }),
    firstAvailable: list(3, DeviceSubRequest, {
      doc: 'Alternatives in order of preference. The first one that can be satisfied is used.',
      listType: 'atomic',
    }),
    name: required(string(1, { doc: 'Name of the request, unique within the claim.', emit: 'always' })),
  },
  { doc: 'Request for devices.' },
);
export interface DeviceRequest extends Of<typeof DeviceRequest> {}

export const DeviceClaim = struct(
  'io.k8s.api.resource.v1.DeviceClaim',
  {
    config: list(3, DeviceClaimConfiguration, {
      doc: 'Configuration for the devices, for use by their drivers.',
      listType: 'atomic',
    }),
    constraints: list(2, DeviceConstraint, {
      doc: 'Constraint that several devices must meet together.',
      listType: 'atomic',
    }),
    requests: list(1, DeviceRequest, {
      doc: 'Requests for devices. All of them must be satisfied.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Requests for devices, and constraints on them.' },
);
export interface DeviceClaim extends Of<typeof DeviceClaim> {}

export const ResourceClaimSpec = struct(
  'io.k8s.api.resource.v1.ResourceClaimSpec',
  {
    devices: ref(1, DeviceClaim, { doc: 'Requested devices.', emit: 'always' }),
  },
  { doc: 'Requests for devices, and constraints on them.' },
);
export interface ResourceClaimSpec extends Of<typeof ResourceClaimSpec> {}
