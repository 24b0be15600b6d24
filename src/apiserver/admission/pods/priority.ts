// Sets a pod's priority from its PriorityClass, from the default class, or to zero. Users cannot set the number themselves.
// Upstream: plugin/pkg/admission/priority.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { PriorityClass } from '../../../api/kinds/scheduling/v1/priority-class.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';

export function priority({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(PriorityClass);
  const classes = () => cache.items().map(({ object }) => object);

  function classOf(attributes: AdmissionAttributes, name: string | undefined): PriorityClass | undefined {
    if (!name) {
      const defaults = classes().filter(({ globalDefault }) => globalDefault);
      return defaults.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
    }
    const item = cache.get('', name);
    if (!item) throw deny(attributes, `no PriorityClass with name ${name} was found`);
    return item.object;
  }

  return {
    name: 'Priority',
    admit(attributes) {
      if (!concerns(attributes, Pod)) return;
      const spec = attributes.object?.spec;
      if (!spec) return;
      if (attributes.operation === 'UPDATE') {
        const before = attributes.old?.spec;
        if (spec.priority === undefined && before?.priority !== undefined) spec.priority = before.priority;
        spec.preemptionPolicy ??= before?.preemptionPolicy;
        return;
      }
      const found = classOf(attributes, spec.priorityClassName);
      const value = found?.value ?? 0;
      if (spec.priority !== undefined && spec.priority !== value)
        throw deny(
          attributes,
          `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
        );
      spec.priority = value;
      if (found) spec.priorityClassName = found.metadata.name!;
      const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
      if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
        throw deny(
          attributes,
          `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
        );
      spec.preemptionPolicy = policy;
    },
    validate(attributes) {
      if (!concerns(attributes, PriorityClass) || !attributes.object?.globalDefault) return;
      const other = classes().find(
        ({ globalDefault, metadata }) => globalDefault && metadata.name !== attributes.name,
      );
      if (other)
        throw deny(
          attributes,
          `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
        );
    },
  };
}
