// The arguments of plugins in a profile (pluginConfig): decoded strictly, validated with upstream's paths and words, defaulted.
// Upstream: pkg/scheduler/apis/config/validation/validation_pluginargs.go and v1/defaults.go.
import { strictly } from '../../api/codec/configuration-file.ts';
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { durationNanoseconds } from '../../api/meta/v1/duration.ts';
import type { Of, StructType } from '../../api/schema/notation.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../api/validation/field.ts';
import { isQualifiedName } from '../../api/validation/names.ts';
import { addAll } from '../../kit/lists.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ResourceWeight, ShapePoint } from '../plugins/node-resources-fit/scoring-strategy.ts';
import { DEFAULT_SHAPE } from '../plugins/volumes/binding/capacity-score.ts';
import {
  DefaultPreemptionArgs,
  DynamicResourcesArgs,
  InterPodAffinityArgs,
  NodeAffinityArgs,
  NodeResourcesBalancedAllocationArgs,
  NodeResourcesFitArgs,
  type PluginConfig,
  PodTopologySpreadArgs,
  VolumeBindingArgs,
} from './schema.ts';
import { DEFAULT_ARGUMENTS, type PluginArguments } from './settings.ts';

interface Read {
  readonly settings: Partial<PluginArguments>;
  readonly errors: readonly FieldError[];
}

type Gates = Pick<FeatureGates, 'enabled'>;
type Reader = (args: unknown, path: string, gates: Gates) => Read;

/** `read` gets the decoded arguments of the schema. */
const reader =
  <S extends StructType>(schema: S, read: (args: Of<S>, path: string, gates: Gates) => Read): Reader =>
  (args, path, gates) =>
    read(strictly(schema, args ?? {}), path, gates);

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['DefaultPreemption', reader(DefaultPreemptionArgs, preemption)],
  ['DynamicResources', reader(DynamicResourcesArgs, devices)],
  ['InterPodAffinity', reader(InterPodAffinityArgs, interPodAffinity)],
  ['NodeAffinity', reader(NodeAffinityArgs, ({ addedAffinity }) => good(addedAffinity && { addedAffinity }))],
  ['NodeResourcesBalancedAllocation', reader(NodeResourcesBalancedAllocationArgs, balanced)],
  ['NodeResourcesFit', reader(NodeResourcesFitArgs, fit)],
  ['PodTopologySpread', reader(PodTopologySpreadArgs, spread)],
  ['VolumeBinding', reader(VolumeBindingArgs, binding)],
]);

/** Arguments of other plugins are left as they are. */
export function readArguments(
  configs: readonly PluginConfig[],
  path: string,
  gates: Gates,
): { readonly settings: PluginArguments; readonly errors: readonly FieldError[] } {
  let settings = DEFAULT_ARGUMENTS;
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { name = '', args }] of configs.entries()) {
    const at = `${path}[${i}]`;
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    const read = READERS.get(name);
    if (!read) {
      settings = { ...settings, others: new Map(settings.others).set(name, args) };
      continue;
    }
    try {
      const found = read(args, `${at}.args`, gates);
      settings = { ...settings, ...found.settings };
      addAll(errors, found.errors);
    } catch (error) {
      throw new Error(`decoding args for plugin ${name}: ${messageOf(error)}`);
    }
  }
  return { settings, errors };
}

const good = (settings: Partial<PluginArguments> | undefined): Read => ({
  settings: settings ?? {},
  errors: [],
});

function preemption(args: Of<typeof DefaultPreemptionArgs>, path: string): Read {
  const { minCandidateNodesPercentage = 10, minCandidateNodesAbsolute = 100 } = args;
  const [percentage, absolute] = [`${path}.minCandidateNodesPercentage`, `${path}.minCandidateNodesAbsolute`];
  const errors: FieldError[] = [];
  if (minCandidateNodesPercentage < 0 || minCandidateNodesPercentage > 100)
    errors.push(invalid(percentage, minCandidateNodesPercentage, 'not in valid range [0, 100]'));
  if (minCandidateNodesAbsolute < 0)
    errors.push(invalid(absolute, minCandidateNodesAbsolute, 'not in valid range [0, inf)'));
  if (minCandidateNodesPercentage === 0 && minCandidateNodesAbsolute === 0)
    errors.push(
      invalid(percentage, 0, 'cannot be zero at the same time as minCandidateNodesAbsolute'),
      invalid(absolute, 0, 'cannot be zero at the same time as minCandidateNodesPercentage'),
    );
  return { settings: { preemption: { minCandidateNodesPercentage, minCandidateNodesAbsolute } }, errors };
}

function interPodAffinity(args: Of<typeof InterPodAffinityArgs>, path: string): Read {
  const { hardPodAffinityWeight = 1, ignorePreferredTermsOfExistingPods = false } = args;
  const isGood = hardPodAffinityWeight >= 0 && hardPodAffinityWeight <= 100;
  return {
    settings: { interPodAffinity: { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods } },
    errors: isGood
      ? []
      : [invalid(`${path}.hardPodAffinityWeight`, hardPodAffinityWeight, 'not in valid range [0, 100]')],
  };
}

function balanced({ resources = [] }: Of<typeof NodeResourcesBalancedAllocationArgs>, path: string): Read {
  const names: string[] = [];
  const errors: FieldError[] = [];
  for (const [i, { name = '', weight }] of resources.entries()) {
    if (names.includes(name)) errors.push(duplicate(`${path}.resources[${i}].name`, name));
    if ((weight || 1) !== 1) errors.push(invalid(`${path}.resources[${i}].weight`, weight, 'must be 1'));
    names.push(name);
  }
  return { settings: names.length > 0 ? { balanced: names } : {}, errors };
}

function fit(args: Of<typeof NodeResourcesFitArgs>, path: string): Read {
  const { ignoredResources = [], ignoredResourceGroups = [], scoringStrategy = {} } = args;
  const { type = 'LeastAllocated', requestedToCapacityRatio } = scoringStrategy;
  const errors = [
    ...ignoredResources.flatMap((name, i) => labelName(`${path}.ignoredResources[${i}]`, name)),
    ...ignoredResourceGroups.flatMap((name, i) => [
      ...(name.includes('/')
        ? [invalid(`${path}.ignoredResourceGroups[${i}]`, name, "resource group name can't contain '/'")]
        : []),
      ...labelName(`${path}.ignoredResourceGroups[${i}]`, name),
    ]),
  ];
  const given = scoringStrategy.resources?.length
    ? scoringStrategy.resources
    : [{ name: 'cpu' }, { name: 'memory' }];
  const resources = given.map(({ name = '', weight }): ResourceWeight => ({ name, weight: weight || 1 }));
  const at = `${path}.scoringStrategy`;
  for (const [i, { name, weight }] of resources.entries())
    if (weight < 1 || weight > 100) {
      const words = `resource weight of ${name} not in valid range (0, 100]`;
      errors.push(invalid(`${at}.resources[${i}].weight`, weight, words));
    }
  const shape = pointsOf(requestedToCapacityRatio?.shape ?? []);
  const common = {
    ignoredResources: new Set(ignoredResources),
    ignoredResourceGroups: new Set(ignoredResourceGroups),
  };
  switch (type) {
    case 'LeastAllocated':
    case 'MostAllocated':
      if (requestedToCapacityRatio) {
        const words = 'must be nil when type is not RequestedToCapacityRatio';
        errors.push(forbidden(`${at}.requestedToCapacityRatio`, words));
      }
      return { settings: { fit: { ...common, strategy: { type, resources } } }, errors };
    case 'RequestedToCapacityRatio': {
      const words = 'must be specified when type is RequestedToCapacityRatio';
      if (!requestedToCapacityRatio) errors.push(required(`${at}.requestedToCapacityRatio`, words));
      else addAll(errors, shapeErrors(shape, `${at}.requestedToCapacityRatio.shape`));
      return { settings: { fit: { ...common, strategy: { type, resources, shape } } }, errors };
    }
    default: {
      const known = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'];
      return { settings: {}, errors: [...errors, notSupported(`${at}.type`, type, known)] };
    }
  }
}

function shapeErrors(shape: readonly ShapePoint[], path: string): FieldError[] {
  if (shape.length === 0) return [required(path, 'at least one point must be specified')];
  const unsorted = shape.findIndex(({ utilization }, i) => i > 0 && shape[i - 1]!.utilization >= utilization);
  const errors =
    unsorted === -1
      ? []
      : [
          invalid(
            `${path}[${unsorted}].utilization`,
            shape[unsorted]!.utilization,
            'values must be sorted in increasing order',
          ),
        ];
  for (const [i, { utilization, score }] of shape.entries()) {
    if (utilization < 0 || utilization > 100)
      errors.push(invalid(`${path}[${i}].utilization`, utilization, 'not in valid range [0, 100]'));
    if (score < 0 || score > 10)
      errors.push(invalid(`${path}[${i}].score`, score, 'not in valid range [0, 10]'));
  }
  return errors;
}

function spread(args: Of<typeof PodTopologySpreadArgs>, path: string): Read {
  const { defaultConstraints = [], defaultingType = 'System' } = args;
  const errors: FieldError[] = [];
  if (defaultingType !== 'System' && defaultingType !== 'List')
    errors.push(notSupported(`${path}.defaultingType`, defaultingType, ['List', 'System']));
  else if (defaultingType === 'System' && defaultConstraints.length > 0)
    errors.push(invalid(`${path}.defaultingType`, defaultingType, 'when .defaultConstraints are not empty'));
  const seen = new Set<string>();
  for (const [i, constraint] of defaultConstraints.entries()) {
    const at = `${path}.defaultConstraints[${i}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '' } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'not in valid range (0, inf)'));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    else addAll(errors, labelName(`${at}.topologyKey`, topologyKey));
    if (!whenUnsatisfiable) errors.push(required(`${at}.whenUnsatisfiable`, 'can not be empty'));
    else if (!['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable))
      errors.push(
        notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']),
      );
    if (constraint.labelSelector)
      errors.push(
        forbidden(
          `${at}.labelSelector`,
          'constraint must not define a selector, as they deduced for each pod',
        ),
      );
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.push(duplicate(at, pair));
    seen.add(pair);
  }
  return { settings: defaultingType === 'List' ? { defaultConstraints } : {}, errors };
}

function binding(
  { bindTimeoutSeconds = 600, shape }: Of<typeof VolumeBindingArgs>,
  path: string,
  gates: Gates,
): Read {
  const errors: FieldError[] = [];
  const timeout = 'invalid BindTimeoutSeconds, should not be a negative value';
  if (bindTimeoutSeconds < 0) errors.push(invalid(`${path}.bindTimeoutSeconds`, bindTimeoutSeconds, timeout));
  const bindTimeoutMs = bindTimeoutSeconds * 1_000;
  if (!shape?.length) return { settings: { volumeBinding: { bindTimeoutMs, shape: DEFAULT_SHAPE } }, errors };
  const points = pointsOf(shape);
  const gate = 'unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring';
  if (gates.enabled('StorageCapacityScoring')) addAll(errors, shapeErrors(points, `${path}.shape`));
  else errors.push(invalid(`${path}.shape`, shape, gate));
  return { settings: { volumeBinding: { bindTimeoutMs, shape: points } }, errors };
}

const pointsOf = (shape: readonly Partial<ShapePoint>[]): readonly ShapePoint[] =>
  shape.map(({ utilization = 0, score = 0 }) => ({ utilization, score }));

/** filterTimeout is checked and has no effect: searches for devices count their steps. */
function devices(
  { bindingTimeout, filterTimeout }: Of<typeof DynamicResourcesArgs>,
  path: string,
  gates: Gates,
): Read {
  const errors: FieldError[] = [];
  const filterMs = filterTimeout === undefined ? undefined : millisecondsOf(filterTimeout);
  if (filterMs !== undefined && !gates.enabled('DRASchedulerFilterTimeout'))
    errors.push(forbidden(`${path}.filterTimeout`, 'DRASchedulingFilterTimeout feature gate is disabled'));
  else if (filterMs !== undefined && filterMs < 0)
    errors.push(invalid(`${path}.filterTimeout`, filterTimeout, 'must be zero or positive'));
  if (bindingTimeout === undefined) return { settings: {}, errors };
  const bindingTimeoutMs = millisecondsOf(bindingTimeout);
  const isOn = ['DRADeviceBindingConditions', 'DRAResourceClaimDeviceStatus'].every((gate) =>
    gates.enabled(gate),
  );
  const off = 'DRADeviceBindingConditions or DRAResourceClaimDeviceStatus feature gate is disabled';
  if (!isOn) errors.push(forbidden(`${path}.bindingTimeout`, off));
  else if (bindingTimeoutMs < 1_000)
    errors.push(invalid(`${path}.bindingTimeout`, bindingTimeout, 'must be at least 1 second'));
  return { settings: { bindingTimeoutMs }, errors };
}

function millisecondsOf(text: string): number {
  const nanoseconds = durationNanoseconds(text);
  if (nanoseconds === undefined) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  return Number(nanoseconds) / 1e6;
}

const labelName = (path: string, name: string): FieldError[] =>
  isQualifiedName(name).map((words) => invalid(path, name, words));
