// The ConfigMaps of tests: an object without behaviour, for whatever holds for every kind.
import type { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';

export const aConfigMap = (name: string, metadata: ConfigMap['metadata'] = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...metadata },
});
