// Adds tolerations to pods so that they are evicted from a node that is not ready or unreachable after five minutes, unless
// the pod tolerates these taints itself. Upstream: plugin/pkg/admission/defaulttolerationseconds.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { NOT_READY, UNREACHABLE } from '../../../api/nodes/taints.ts';
import { concerns } from '../../registry/admission.ts';
import type { Plugin } from '../plugin.ts';

const KEYS = [NOT_READY, UNREACHABLE];

export const defaultTolerationSeconds: Plugin = {
  name: 'DefaultTolerationSeconds',
  admit(attributes) {
    if (!concerns(attributes, Pod)) return;
    const spec = attributes.object?.spec;
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
