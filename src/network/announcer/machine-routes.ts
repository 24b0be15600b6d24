// Routes of the machine to announced addresses, where its nodes are behind a bridge: it asks there by ARP, as every neighbour does.
// Addresses in the nodes' own network need none.
import { inNetwork } from '../balanced-addresses/ranges.ts';
import type { NodeExec } from '../node-exec.ts';

export interface MachineRoutesOptions {
  readonly exec: NodeExec;
  readonly bridge: string;
  /** Networks of the nodes. */
  readonly networks: readonly string[];
  readonly isPooled: (address: string) => boolean;
}

export async function syncMachineRoutes(
  options: MachineRoutesOptions,
  announced: ReadonlySet<string>,
): Promise<void> {
  const { exec, bridge, networks, isPooled } = options;
  const present = new Set<string>();
  for (const family of ['-4', '-6'])
    for (const { dst = '' } of JSON.parse(
      (await exec(['ip', '-json', family, 'route', 'show', 'dev', bridge])) || '[]',
    ) as Route[])
      if (isPooled(dst)) present.add(dst);
  const wanted = new Set(
    [...announced].filter((address) => !networks.some((network) => inNetwork(network, address))),
  );
  const lines = [
    ...[...present]
      .filter((address) => !wanted.has(address))
      .map((address) => `route del ${address} dev ${bridge}`),
    ...[...wanted]
      .filter((address) => !present.has(address))
      .map((address) => `route replace ${address} dev ${bridge}`),
  ];
  if (lines.length > 0) await exec(['ip', '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
}

interface Route {
  readonly dst?: string;
}
