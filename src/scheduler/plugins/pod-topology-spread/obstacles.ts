// Which constraints a node would break, and by how much. For accounts of why a pod waits (why/).
import type { Obstacle } from '../../../api/pods/placement.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import { type FilterState, skewWith } from './filter-state.ts';

export const spreadObstacles = (state: FilterState, node: NodeInfo): Obstacle[] =>
  state.flatMap((counted): Obstacle[] => {
    const { topologyKey: key, maxSkew, minDomains } = counted.constraint;
    const domain = node.label(key);
    if (domain === undefined) return [{ type: 'TopologyKey', key }];
    const skew = skewWith(counted, domain);
    if (skew <= maxSkew) return [];
    const { domains } = counted;
    const [pods, fewest] = [domains.get(domain), domains.smallest(minDomains)];
    return [{ type: 'Spread', key, domain, pods, fewest, skew, maxSkew }];
  });
