// What a service of a type needs from the server's ranges.
import type { Service } from '../../api/kinds/core/v1/service.ts';

export const needsAddress = ({ spec }: Service): boolean =>
  spec?.type !== 'ExternalName' && spec?.clusterIP !== 'None';
export const needsNodePorts = ({ spec }: Service): boolean =>
  spec?.type === 'NodePort' ||
  (spec?.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
