// A pod that names a runtime class takes over its overhead and where it can run.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { RuntimeClass } from '../../../api/kinds/node/v1/runtime-class.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from '../plugin.ts';

export function runtimeClass({ registries }: PluginOptions): Plugin {
  const { cache } = registries.of(RuntimeClass);
  return {
    name: 'RuntimeClass',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || resourceOf(attributes) !== 'pods') return;
      const { spec } = objectAs<Pod>(attributes.object);
      const name = spec?.runtimeClassName;
      if (!spec || !name) return;
      const item = cache.get('', name);
      if (!item) throw deny(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
      const { overhead, scheduling } = objectAs<RuntimeClass>(item.object);
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
  };
}
