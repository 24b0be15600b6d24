// A pod with a runtimeClassName gets the overhead, node selector and tolerations of the RuntimeClass.
// Upstream: plugin/pkg/admission/runtimeclass.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { RuntimeClass } from '../../../api/kinds/node/v1/runtime-class.ts';
import { semanticEqual } from '../../../api/validation/semantic.ts';
import { concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';

export function runtimeClass({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(RuntimeClass);
  return {
    name: 'RuntimeClass',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || !concerns(attributes, Pod)) return;
      const spec = attributes.object?.spec;
      const name = spec?.runtimeClassName;
      if (!spec || !name) return;
      const item = cache.get('', name);
      if (!item) throw deny(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
      const { overhead, scheduling } = item.object;
      if (overhead?.podFixed && spec.overhead && !semanticEqual(overhead.podFixed, spec.overhead))
        throw deny(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      if (overhead?.podFixed) spec.overhead = { ...overhead.podFixed };
      if (scheduling?.nodeSelector) {
        for (const [key, value] of Object.entries(scheduling.nodeSelector))
          if ((spec.nodeSelector?.[key] ?? value) !== value)
            throw deny(
              attributes,
              `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${spec.nodeSelector?.[key]}`,
            );
        spec.nodeSelector = { ...spec.nodeSelector, ...scheduling.nodeSelector };
      }
      if (scheduling?.tolerations)
        spec.tolerations = [...(spec.tolerations ?? []), ...structuredClone(scheduling.tolerations)];
    },
    /** After mutating webhooks, which may have set an overhead. */
    validate(attributes) {
      if (attributes.operation !== 'CREATE' || !concerns(attributes, Pod)) return;
      const { runtimeClassName, overhead } = attributes.object?.spec ?? {};
      const defined = runtimeClassName && cache.get('', runtimeClassName)?.object.overhead?.podFixed;
      if (!defined && overhead && Object.keys(overhead).length > 0)
        throw deny(
          attributes,
          'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
        );
      if (defined && !semanticEqual(defined, overhead))
        throw deny(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
    },
  };
}
