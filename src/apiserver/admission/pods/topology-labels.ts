// A pod gets the zone and region of its node as labels when it is bound, or created with a node, so that it can read them
// through the downward API. Upstream: plugin/pkg/admission/podtopologylabels.
import { Binding } from '../../../api/kinds/core/v1/binding.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { type Carried, carries, concerns } from '../../registry/admission.ts';
import type { Plugin, PluginOptions } from '../plugin.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

export function podTopologyLabels({ resources }: PluginOptions): Plugin {
  const nodes = resources.stored(Node).cache;

  function copy(object: Carried, node: string | undefined): void {
    const labels = (node && nodes.get('', node)?.labels) || {};
    const found = LABELS.filter((key) => labels[key] !== undefined).map((key) => [key, labels[key]!]);
    if (found.length > 0)
      object.metadata = {
        ...object.metadata,
        labels: { ...object.metadata?.labels, ...Object.fromEntries(found) },
      };
  }

  return {
    name: 'PodTopologyLabels',
    admit(attributes) {
      if (attributes.operation !== 'CREATE') return;
      if (concerns(attributes, Pod)) copy(attributes.object!, attributes.object!.spec?.nodeName);
      else if (carries(attributes, Pod, 'binding', Binding) || concerns(attributes, Binding)) {
        const { target } = attributes.object!;
        if (target?.kind === 'Node') copy(attributes.object!, target.name);
      }
    },
  };
}
