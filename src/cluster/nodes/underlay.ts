// How large the packets between the nodes of a cluster may be. Read once, when they are made.
import type { NodesOptions } from './plan.ts';
import { hostShell } from './shell.ts';

const USUAL = 1500;
/** The largest that links can have which we make: the machine's loopback has one more. */
const MOST = 65_535;

interface Shown {
  readonly mtu: number;
  readonly ifname: string;
  readonly addr_info: readonly { readonly local?: string }[];
}

/**
 * In host mode that of the link with the node's address. Otherwise the links are our own; where pods get out of the machine, they are
 * no larger than the machine's own, for many a server's answers would be lost on their way to a smaller one.
 */
export async function machineLinkMtu(
  { linkMtu, host, isolated }: Pick<NodesOptions, 'linkMtu' | 'host' | 'isolated'>,
  hostAddress: string | undefined,
): Promise<number> {
  if (linkMtu) return linkMtu;
  if (isolated && !host) return USUAL;
  const input = 'addr show\nroute show default\n';
  const output = await hostShell.exec(['ip', '-json', '-batch', '-'], { input });
  const [links = '[]', routes = '[]'] = output.split('\n');
  const shown = JSON.parse(links) as Shown[];
  const [way] = JSON.parse(routes) as { readonly dev?: string }[];
  const link = host
    ? shown.find(({ addr_info }) => addr_info.some(({ local }) => local === hostAddress))
    : shown.find(({ ifname }) => ifname === way?.dev);
  return Math.min(host ? MOST : USUAL, link?.mtu ?? USUAL);
}
