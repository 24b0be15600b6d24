// FlowSchemas and PriorityLevelConfigurations: the specs of the mandatory ones are fixed, but for the shares of the exempt level.
// Upstream: pkg/apis/flowcontrol/validation and internalbootstrap.
import { applyDefaults } from '../../api/defaults/apply-defaults.ts';
import { FlowSchema } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { type FieldError, invalid } from '../../api/validation/field.ts';
import { semanticEqual } from '../../api/validation/semantic.ts';
import { flowSchemas, MANDATORY, priorityLevels } from '../bootstrap/flow-control.ts';
import type { Strategy } from '../registry/strategy.ts';

/** The mandatory objects as they are when their defaults are filled in. */
const mandatory = <T extends FlowSchema | PriorityLevelConfiguration>(
  kind: typeof FlowSchema | typeof PriorityLevelConfiguration,
  all: readonly T[],
): ReadonlyMap<string, T['spec']> =>
  new Map(
    all
      .filter(({ metadata }) => MANDATORY.has(metadata.name!))
      .map((object) => {
        applyDefaults(kind, object);
        return [object.metadata.name!, object.spec];
      }),
  );

const fixedSchemas = mandatory(FlowSchema, flowSchemas());
const fixedLevels = mandatory(PriorityLevelConfiguration, priorityLevels());

function schemaErrors({ metadata, spec }: FlowSchema): FieldError[] {
  const fixed = fixedSchemas.get(metadata.name!);
  return !fixed || semanticEqual(spec, fixed)
    ? []
    : [invalid('spec', spec, `spec of '${metadata.name}' must equal the fixed value`)];
}

function levelErrors({ metadata, spec }: PriorityLevelConfiguration): FieldError[] {
  const fixed = fixedLevels.get(metadata.name!);
  if (!fixed) return [];
  const isExempt = metadata.name === 'exempt';
  const given = isExempt && spec ? { ...spec, exempt: fixed.exempt } : spec;
  if (semanticEqual(given, fixed)) return [];
  const except = isExempt ? "except the 'spec.exempt' field " : '';
  return [invalid('spec', spec, `spec of '${metadata.name}' ${except}must equal the fixed value`)];
}

const withFixed = <T extends KubeObject>(errors: (object: T) => FieldError[]): Strategy<T> => ({
  generation: true,
  validateCreate: errors,
  validateUpdate: (object, _, { subresource }) => (subresource === 'status' ? [] : errors(object)),
});

export const flowSchemaStrategy = withFixed<FlowSchema & KubeObject>(schemaErrors);
export const priorityLevelStrategy = withFixed<PriorityLevelConfiguration & KubeObject>(levelErrors);
