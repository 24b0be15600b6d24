// The namespaces that every cluster has from its first start. Called by built-in-objects.ts.
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';

export const builtInNamespaces = (): Namespace[] =>
  ['kube-system', 'kube-public', 'kube-node-lease', 'default'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
