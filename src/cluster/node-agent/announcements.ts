// What announcing the addresses of a pool needs to know of this machine's nodes. Loaded with the first pool.

import type { AnnouncementsOptions } from '../../network/announcer/start-announcer.ts';
import { rangesOf } from '../../network/balanced-addresses/ranges.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import { hostShell } from '../nodes/shell.ts';
import type { RunningNodes } from './nodes.ts';

export interface AddressAnnouncements extends Omit<AnnouncementsOptions, 'ranges' | 'nodes' | 'bridge'> {
  readonly cluster: ClusterNodes;
  readonly nodes: RunningNodes;
  readonly pool: readonly string[];
}

/** Returns how to stop it: addresses stay where they are, for the next agent. */
export async function announceAddresses(options: AddressAnnouncements): Promise<() => void> {
  const { cluster, nodes, pool, log, ...tools } = options;
  const { startAnnouncer } = await import('../../network/announcer/start-announcer.ts');
  const running = startAnnouncer({
    ...tools,
    ranges: rangesOf(pool),
    nodes: cluster.nodes.map(({ name, address, shell }) => ({
      name,
      address,
      exec: shell.exec,
      isOn: () => nodes.get(name) !== undefined,
    })),
    bridge: cluster.bridge
      ? {
          name: cluster.bridge,
          networks: cluster.networks.map(({ nodeCidr }) => nodeCidr),
          exec: hostShell.exec,
        }
      : undefined,
    log: log.child('announcer'),
  });
  nodes.onSwitch = running.changed;
  return running.stop;
}
