// A pod's priority is that of its class: the one it names, the default one, or zero.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { PriorityClass } from '../../../api/kinds/scheduling/v1/priority-class.ts';
import type { Attributes } from '../../registry/admission.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from '../plugin.ts';

export function priority({ registries }: PluginOptions): Plugin {
  const { cache } = registries.of(PriorityClass);
  const classes = () => cache.items().map(({ object }) => objectAs<PriorityClass>(object));

  function classOf(attributes: Attributes, name: string | undefined): PriorityClass | undefined {
    if (!name) {
      const defaults = classes().filter(({ globalDefault }) => globalDefault);
      return defaults.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
    }
    const item = cache.get('', name);
    if (!item) throw deny(attributes, `no PriorityClass with name ${name} was found`);
    return objectAs<PriorityClass>(item.object);
  }

  return {
    name: 'Priority',
    admit(attributes) {
      if (resourceOf(attributes) !== 'pods') return;
      const { spec } = objectAs<Pod>(attributes.object) ?? {};
      if (!spec) return;
      if (attributes.operation === 'UPDATE') {
        const before = objectAs<Pod>(attributes.old).spec;
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
      spec.preemptionPolicy ??= found?.preemptionPolicy ?? 'PreemptLowerPriority';
    },
    validate(attributes) {
      if (attributes.operation === 'DELETE' || resourceOf(attributes) !== 'priorityclasses.scheduling.k8s.io')
        return;
      if (!objectAs<PriorityClass>(attributes.object).globalDefault) return;
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
