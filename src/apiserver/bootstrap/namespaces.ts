// The namespaces that are there from the start.
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';

export const builtInNamespaces = (): Namespace[] =>
  ['kube-system', 'kube-public', 'kube-node-lease', 'default'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
