// Keeps the built-in FlowSchemas and PriorityLevelConfigurations: creates them again when they were deleted, mends their specs,
// and deletes those that a later version no longer has. Of suggested objects, the annotation apf.kubernetes.io/autoupdate-spec says
// whether their spec follows the server's; that of mandatory ones always does. Started by stored-configuration.ts.
// Upstream: pkg/registry/flowcontrol/rest and pkg/registry/flowcontrol/ensurer.
import { isDeepStrictEqual } from 'node:util';
import { normalize } from '../../api/codec/normalize.ts';
import { applyDefaults } from '../../api/defaults/apply-defaults.ts';
import { FlowSchema } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import { flowSchemas, MANDATORY, priorityLevels } from '../bootstrap/flow-control.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';

type Configured = FlowSchema | PriorityLevelConfiguration;

const ANNOTATION = 'apf.kubernetes.io/autoupdate-spec';
const FIELD_MANAGER = 'api-priority-and-fairness-config-producer-v1';

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** The annotation; undefined if it is missing or is not a boolean (Go: strconv.ParseBool). */
function annotated({ metadata }: Configured): boolean | undefined {
  const text = metadata.annotations?.[ANNOTATION] ?? '';
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined;
}

/** The object to store in place of `current`; undefined if that is as it should be. Without the annotation, a spec that nobody has
 *  changed follows the server's. */
export function revised<T extends Configured>(current: T, builtIn: T): T | undefined {
  const follows =
    MANDATORY.has(builtIn.metadata.name!) || (annotated(current) ?? current.metadata.generation === 1);
  const changed = follows && !isDeepStrictEqual(wantedSpec(current, builtIn), current.spec);
  if (!changed && annotated(current) === follows) return undefined;
  const { metadata } = current;
  return {
    ...current,
    ...(changed && { spec: builtIn.spec }),
    metadata: { ...metadata, annotations: { ...metadata.annotations, [ANNOTATION]: String(follows) } },
  };
}

/** The built-in spec as it would be stored. The administrator may give the exempt level shares, and lend them. */
function wantedSpec(current: Configured, builtIn: Configured): Configured['spec'] {
  const wanted = structuredClone(builtIn);
  const kind = wanted.kind === 'FlowSchema' ? FlowSchema : PriorityLevelConfiguration;
  applyDefaults(kind, wanted);
  const { spec } = normalize<Configured>(kind, wanted);
  const exempt = current.spec && 'exempt' in current.spec ? current.spec.exempt : undefined;
  return spec && 'exempt' in spec && exempt ? { ...spec, exempt } : spec;
}

export interface UpkeepOptions {
  readonly schemas: StoredResource<FlowSchema>;
  readonly levels: StoredResource<PriorityLevelConfiguration>;
  readonly clock: Clock;
}

/** One round. Suggested objects first, and levels before the schemas that refer to them, as upstream. */
export async function keep({ schemas, levels, clock }: UpkeepOptions): Promise<void> {
  for (const mandatory of [false, true]) {
    const these = <T extends Configured>(all: T[]): T[] =>
      all.filter(({ metadata }) => MANDATORY.has(metadata.name!) === mandatory);
    for (const level of these(priorityLevels())) await ensure(levels, level, clock);
    for (const schema of these(flowSchemas())) await ensure(schemas, schema, clock);
  }
  await removeUnknown(schemas, flowSchemas(), clock);
  await removeUnknown(levels, priorityLevels(), clock);
}

const context = (clock: Clock) => ({ ...ownWrite(clock, ''), fieldManager: FIELD_MANAGER });

/** What another server has written meanwhile is looked at again in the next round. */
async function ensure<T extends Configured>(
  resource: StoredResource<T>,
  builtIn: T,
  clock: Clock,
): Promise<void> {
  const name = builtIn.metadata.name!;
  const stored = resource.cache.get('', name)?.object;
  try {
    if (!stored) await resource.create(structuredClone(builtIn), context(clock));
    else if (revised(stored, builtIn))
      await resource.update(
        name,
        (current) => structuredClone(revised(current!(), builtIn) ?? current!()),
        context(clock),
      );
  } catch (error) {
    if (!isAlreadyExists(error) && !isConflict(error) && !isNotFound(error)) throw error;
  }
}

async function removeUnknown<T extends Configured>(
  resource: StoredResource<T>,
  builtIn: readonly T[],
  clock: Clock,
): Promise<void> {
  const known = new Set(builtIn.map(({ metadata }) => metadata.name));
  for (const { name, object } of resource.cache.items())
    if (!known.has(name) && annotated(object))
      await resource.delete(name, {}, context(clock)).catch((error) => {
        if (!isNotFound(error)) throw error;
      });
}
