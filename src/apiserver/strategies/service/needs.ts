// Which services are allocated a cluster IP and node ports, by type. Called by service.ts and continuity.ts.
// Upstream: pkg/registry/core/service/strategy.go.
import type { Service } from '../../../api/kinds/core/v1/service.ts';

export const needsAddress = ({ spec }: Service): boolean =>
  spec?.type !== 'ExternalName' && spec?.clusterIP !== 'None';

export const needsNodePorts = ({ spec }: Service): boolean =>
  spec?.type === 'NodePort' ||
  (spec?.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

export const needsHealthCheck = ({ spec }: Service): boolean =>
  spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
