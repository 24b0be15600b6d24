// Slices, classes and claims for tests of the allocator, and what it makes of them.
import { loadPatterns } from '../../../../api/cel/devices/selectors.ts';
import { FeatureGates } from '../../../../api/features/feature-gates.ts';
import type {
  DeviceClaim,
  DeviceRequest,
  ExactDeviceRequest,
} from '../../../../api/kinds/resource/v1/device.ts';
import type { DeviceClass } from '../../../../api/kinds/resource/v1/device-class.ts';
import type { AllocationResult, ResourceClaim } from '../../../../api/kinds/resource/v1/resource-claim.ts';
import type {
  Device,
  DeviceAttribute,
  ResourceSlice,
} from '../../../../api/kinds/resource/v1/resource-slice.ts';
import { messageOf } from '../../../../kit/message-of.ts';
import { AllocatedDevicesIndex } from '../allocated-devices.ts';
import { Allocator } from './allocator.ts';
import { SearchBudget } from './budget.ts';
import { allocatorFeatures } from './features.ts';
import { isShared, PoolSource, poolKeyOf } from './pools.ts';
import { Selection } from './selection.ts';

await loadPatterns();

const apiVersion = 'resource.k8s.io/v1';
export const DRIVER = 'dra.example.com';

type SliceSpec = ResourceSlice['spec'];

/** Of the pool `node1` and the node of that name. */
export const slice = (
  name: string,
  devices: readonly Device[],
  { pool, ...spec }: Partial<Omit<SliceSpec, 'pool'>> & { pool?: Partial<SliceSpec['pool']> } = {},
): ResourceSlice => {
  const hasPlace = spec.allNodes || spec.nodeSelector || spec.perDeviceNodeSelection || spec.sharedCounters;
  return {
    ...{ apiVersion, kind: 'ResourceSlice', metadata: { name } },
    spec: {
      ...{ driver: DRIVER, devices: [...devices] },
      pool: { name: 'node1', generation: 1, resourceSliceCount: 1, ...pool },
      ...(!hasPlace && { nodeName: 'node1' }),
      ...spec,
    },
  };
};

export const device = (
  name: string,
  attributes: Readonly<Record<string, string | number | boolean>> = {},
  extra: Partial<Device> = {},
): Device => ({
  name,
  attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attribute(value)])),
  ...extra,
});

export const devices = (...names: string[]): Device[] => names.map((name) => device(name));

const attribute = (value: string | number | boolean): DeviceAttribute => {
  if (typeof value === 'string') return { string: value };
  return typeof value === 'number' ? { int: value } : { bool: value };
};

export const deviceClass = (name: string, spec: DeviceClass['spec'] = {}): DeviceClass => ({
  ...{ apiVersion, kind: 'DeviceClass', metadata: { name } },
  spec,
});

export const request = (name: string, exactly: Partial<ExactDeviceRequest> = {}): DeviceRequest => ({
  name,
  exactly: { deviceClassName: 'any', ...exactly },
});

export const cel = (...expressions: string[]) => expressions.map((expression) => ({ cel: { expression } }));

export const claim = (
  requests: readonly DeviceRequest[],
  rest: Omit<DeviceClaim, 'requests'> = {},
  name = 'claim',
): ResourceClaim => ({
  ...{ apiVersion, kind: 'ResourceClaim', metadata: { name, namespace: 'default', uid: name } },
  spec: { devices: { requests: [...requests], ...rest } },
});

export interface Situation {
  readonly slices: readonly ResourceSlice[];
  readonly claims: readonly ResourceClaim[];
  readonly classes?: readonly DeviceClass[];
  /** What other claims have. */
  readonly allocated?: readonly AllocationResult[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly gates?: string;
  readonly steps?: number;
}

/** Throws what the allocator throws. */
export function results(of: Situation): readonly AllocationResult[] | undefined {
  const { slices, classes = [deviceClass('any')], labels = {}, node = 'node1' } = of;
  const allocated = new AllocatedDevicesIndex();
  for (const [i, one] of (of.allocated ?? []).entries()) allocated.set(`other ${i}`, one);
  const features = allocatorFeatures(new FeatureGates(of.gates));
  let shares = 0;
  const source = {
    ofNode: (name: string) => slices.filter((one) => !isShared(one) && one.spec.nodeName === name),
    shared: () => slices.filter(isShared),
    ofPool: (key: string) => slices.filter((one) => poolKeyOf(one) === key),
  };
  const allocator = new Allocator({
    ...{ features, allocated, pools: new PoolSource(source, features), selection: new Selection(features) },
    findClass: (name) => classes.find(({ metadata }) => metadata.name === name),
    shareId: () => `share-${++shares}`,
    ...(of.steps !== undefined && { budget: new SearchBudget(of.steps) }),
  });
  return allocator.allocate({ name: node, label: (key) => labels[key] }, of.claims);
}

/** Per claim `request=device` for each device, of its pool if that is not node1; `none`, or the error. */
export function chosen(of: Situation): string {
  try {
    const found = results(of);
    if (!found) return 'none';
    return found
      .map(({ devices: all }) =>
        (all?.results ?? [])
          .map((one) => `${one.request}=${one.pool === 'node1' ? '' : `${one.pool}/`}${one.device}`)
          .join(' '),
      )
      .join(', ');
  } catch (error) {
    return `error: ${messageOf(error)}`;
  }
}

/** As another claim has it. */
export const taken = (...names: string[]): AllocationResult => ({
  devices: {
    results: names.map((name) => ({ request: 'r', driver: DRIVER, pool: 'node1', device: name })),
  },
});

export const inZone = (zone: string, key = 'zone') => ({
  nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In' as const, values: [zone] }] }],
});
