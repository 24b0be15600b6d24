// Pods stay five minutes on a node that is not ready or not reachable, unless they say something else.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { objectAs, type Plugin, resourceOf } from '../plugin.ts';

const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export const defaultTolerationSeconds: Plugin = {
  name: 'DefaultTolerationSeconds',
  admit(attributes) {
    if (attributes.operation === 'DELETE' || resourceOf(attributes) !== 'pods') return;
    const { spec } = objectAs<Pod>(attributes.object);
    if (!spec) return;
    for (const key of KEYS) {
      const tolerated = spec.tolerations?.some(
        (toleration) =>
          (!toleration.key || toleration.key === key) &&
          (!toleration.effect || toleration.effect === 'NoExecute'),
      );
      if (tolerated) continue;
      const added = { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 } as const;
      spec.tolerations = [...(spec.tolerations ?? []), added];
    }
  },
};
