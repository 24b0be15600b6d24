// Which features are on: the defaults of the gates, and what --feature-gates says. Created once per component from its flag.
// Upstream: staging/src/k8s.io/component-base/featuregate/feature_gate.go.
import { metricText, type Sample } from '../../kit/metrics.ts';
import { DEPENDENCIES, GATES } from './gates.ts';

interface Gate {
  readonly stage: string;
  readonly default: boolean;
  readonly locked: boolean;
}

/** Switches for all gates of a stage that are not named themselves. */
const WHOLE_STAGES: Readonly<Record<string, string>> = { AllAlpha: 'ALPHA', AllBeta: 'BETA' };

/** Gates that change what this program does. The others are known, and setting them has no effect. */
const EFFECTIVE = new Set([
  'AllAlpha',
  'AllBeta',
  'APIResponseCompression',
  'AuthorizePodWebsocketUpgradeCreatePermission',
  'ClusterTrustBundle',
  'ClusterTrustBundleProjection',
  'ComponentFlagz',
  'ComponentStatusz',
  'CoordinatedLeaderElection',
  'DRAConsumableCapacity',
  'DRADeviceBindingConditions',
  'DRADeviceTaintRules',
  'DRADeviceTaints',
  'DRAExtendedResource',
  'DRAListTypeAttributes',
  'DRANodeAllocatableResources',
  'DRAPartitionableDevices',
  'DRAPrioritizedList',
  'DRAResourceClaimDeviceStatus',
  'DRAResourceClaimGranularStatusAuthorization',
  'DRAResourcePoolStatus',
  'DRAWorkloadResourceClaims',
  'GenericWorkload',
  'HPAConfigurableTolerance',
  'HPAScaleToZero',
  'MaxUnavailableStatefulSet',
  'PodCertificateRequest',
  'StorageCapacityScoring',
  'StorageVersionAPI',
  'StorageVersionMigrator',
  'TopologyAwareWorkloadScheduling',
  'VolumeLimitScaling',
  'WorkloadAwarePreemption',
]);

/** Whether setting the gate has an effect. */
export const changesSomething = (gate: string): boolean => EFFECTIVE.has(gate);

export class FeatureGates {
  readonly #known = knownGates();
  readonly #set: ReadonlyMap<string, boolean>;

  /** Throws what upstream says about a value that is wrong. */
  constructor(flag = '') {
    this.#set = parse(flag);
    const errors = [...this.#set].flatMap(([name, value]) => this.#problems(name, value));
    const problems = errors.length > 0 ? errors : this.#missing();
    if (problems.length > 0)
      throw new Error(problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`);
  }

  enabled(name: string): boolean {
    const gate = this.#known.get(name);
    if (!gate) throw new Error(`feature ${JSON.stringify(name)} is not registered`);
    const whole = Object.keys(WHOLE_STAGES).find((one) => WHOLE_STAGES[one] === gate.stage && one !== name);
    return this.#set.get(name) ?? (whole ? this.#set.get(whole) : undefined) ?? gate.default;
  }

  /** Gates that were set and change nothing here. */
  withoutEffect(): string[] {
    const changed = [...this.#set].filter(([name, value]) => value !== this.#known.get(name)!.default);
    return changed.map(([name]) => name).filter((name) => !changesSomething(name));
  }

  /** The metric kubernetes_feature_enabled. */
  metrics(): string {
    const name = 'kubernetes_feature_enabled';
    const help = '[BETA] This metric records the data about the stage and enablement of a k8s feature.';
    const samples = [...this.#known].map(
      ([gate, { stage }]): Sample => [{ name: gate, stage }, this.enabled(gate) ? 1 : 0],
    );
    return metricText(name, 'gauge', help, samples);
  }

  /** What was set, as upstream shows it. */
  toString(): string {
    return [...this.#set]
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join(',');
  }

  #problems(name: string, value: boolean): string[] {
    const gate = this.#known.get(name);
    if (!gate) return [`unrecognized feature gate: ${name}`];
    if (!gate.locked || gate.default === value) return [];
    return [`cannot set feature gate ${name} to ${value}, feature is locked to ${gate.default}`];
  }

  #missing(): string[] {
    return Object.entries(DEPENDENCIES).flatMap(([name, needed]) => {
      if (!this.enabled(name)) return [];
      const off = needed.filter((one) => !this.enabled(one));
      if (off.length === 0) return [];
      return [`${name} is enabled, but depends on features that are disabled: [${off.join(' ')}]`];
    });
  }
}

function knownGates(): ReadonlyMap<string, Gate> {
  const known = new Map<string, Gate>();
  for (const [name, stage] of Object.entries(WHOLE_STAGES))
    known.set(name, { stage, default: false, locked: false });
  for (const { stage, on, locked, names } of GATES)
    for (const name of names.trim().split(/\s+/)) known.set(name, { stage, default: on, locked });
  return known;
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** `A=true,B=false`. */
function parse(flag: string): Map<string, boolean> {
  const out = new Map<string, boolean>();
  for (const part of flag.split(',')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = (at < 0 ? part : part.slice(0, at)).trim();
    if (at < 0) throw new Error(`missing bool value for ${name}`);
    out.set(name, parseBool(name, part.slice(at + 1).trim()));
  }
  return out;
}

export function parseBool(name: string, text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new Error(
    `invalid value of ${name}=${text}, err: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}
