// Turns the stored FlowSchemas and PriorityLevelConfigurations into flows and priority levels. Levels keep their state over a
// change. Schemas that refer to a missing level are left out, mandatory objects that are missing are supplied, a deleted level
// stays until its last request has been served. Called by flow-control.ts at every change of these objects.
// Upstream: lockAndDigestConfigObjects in staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
import type { FlowSchema } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import type { PriorityLevelConfiguration } from '../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';
import { flowSchemas, MANDATORY, priorityLevels } from '../bootstrap/flow-control.ts';
import { inOrder } from './classifier.ts';
import type { Flow } from './flow.ts';
import { FlowCounts } from './levels/counts.ts';
import type { PriorityLevel } from './levels/priority-level.ts';
import { type LevelConfig, levelConfig, limitsOf } from './limits/limits.ts';

export interface Configuration {
  /** In the order of matching. */
  readonly flows: readonly Flow[];
  readonly levels: ReadonlyMap<string, PriorityLevel>;
}

export interface DigestOptions {
  readonly schemas: readonly FlowSchema[];
  readonly levels: readonly PriorityLevelConfiguration[];
  readonly previous: ReadonlyMap<string, PriorityLevel>;
  readonly serverSeats: number;
  readonly newLevel: (config: LevelConfig) => PriorityLevel;
  /** By priority level and FlowSchema; counts are added. */
  readonly counts: Map<string, FlowCounts>;
}

export function digest(options: DigestOptions): Configuration {
  const configs = withMandatory(options.levels.flatMap((one) => levelConfig(one) ?? []));
  const levels = new Map<string, PriorityLevel>();
  for (const config of configs) {
    const level = options.previous.get(config.name) ?? options.newLevel(config);
    level.configure(config);
    level.quiescing = false;
    levels.set(config.name, level);
  }
  const flows = flowsOf(options, levels);
  for (const [name, level] of options.previous)
    if (!levels.has(name) && !level.idle) {
      level.quiescing = true;
      levels.set(name, level);
    }
  setLimits(levels, options.serverSeats);
  return { flows, levels };
}

function withMandatory(configs: readonly LevelConfig[]): LevelConfig[] {
  const names = new Set(configs.map(({ name }) => name));
  const supplied = priorityLevels()
    .map((level) => levelConfig(level)!)
    .filter(({ name }) => MANDATORY.has(name) && !names.has(name));
  return [...configs, ...supplied];
}

function flowsOf({ schemas, counts }: DigestOptions, levels: ReadonlyMap<string, PriorityLevel>): Flow[] {
  const names = new Set(schemas.map(({ metadata }) => metadata.name));
  const supplied = flowSchemas().filter(({ metadata: { name } }) => MANDATORY.has(name!) && !names.has(name));
  return [...schemas, ...supplied].flatMap((schema) => flowOf(schema, levels, counts) ?? []).sort(inOrder);
}

function flowOf(
  { metadata, spec }: FlowSchema,
  levels: ReadonlyMap<string, PriorityLevel>,
  counts: Map<string, FlowCounts>,
): Flow | undefined {
  const level = levels.get(spec?.priorityLevelConfiguration.name ?? '');
  if (!level || !spec) return undefined;
  const name = metadata.name ?? '';
  const method = spec.distinguisherMethod?.type;
  return {
    name,
    level,
    precedence: spec.matchingPrecedence ?? 1000,
    distinguisher: method === 'ByUser' || method === 'ByNamespace' ? method : undefined,
    rules: spec.rules ?? [],
    headers: {
      'x-kubernetes-pf-flowschema-uid': metadata.uid ?? '',
      'x-kubernetes-pf-prioritylevel-uid': level.config.uid,
    },
    counts: countsOf(counts, level.config.name, name),
  };
}

function countsOf(known: Map<string, FlowCounts>, level: string, flow: string): FlowCounts {
  const key = `${level}\n${flow}`;
  const counts = known.get(key) ?? new FlowCounts(level, flow);
  known.set(key, counts);
  return counts;
}

/** A new level starts with half of what it may lend: the first adjustment follows within ten seconds. */
function setLimits(levels: ReadonlyMap<string, PriorityLevel>, serverSeats: number): void {
  let shares = 0;
  for (const { config } of levels.values()) shares += config.shares;
  for (const level of levels.values()) {
    const isNew = level.limits.nominal === 0;
    level.limits = limitsOf(level.config, serverSeats, shares);
    const { nominal, lower } = level.limits;
    if (isNew) level.setCurrent(nominal - Math.floor((nominal - lower) / 2));
  }
}
