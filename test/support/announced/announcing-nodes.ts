// The nodes of a cluster as namespaces of this machine, and which of them have an announced address.
import { readFileSync } from 'node:fs';
import { exec } from '../../../src/kit/exec.ts';

export interface AnnouncingNode {
  readonly name: string;
  /** Its end of the cable at the machine's bridge. */
  readonly link: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}

interface Link {
  readonly address: string;
  readonly addr_info: readonly { readonly local: string }[];
}

export async function announcingNodes(cluster: string): Promise<AnnouncingNode[]> {
  const { plan } = JSON.parse(readFileSync(`/run/tiphys/clusters/${cluster}.json`, 'utf8')) as {
    plan: { nodes: { name: string; pins: { net: string; link: string } }[] };
  };
  const show = ['ip', '-json', 'address', 'show', 'dev', 'eth0'];
  return Promise.all(
    plan.nodes.map(async ({ name, pins }) => {
      const [link] = JSON.parse(await exec(['nsenter', `--net=${pins.net}`, ...show])) as Link[];
      const addresses = link!.addr_info.map(({ local }) => local);
      return { name, link: pins.link, mac: link!.address, addresses };
    }),
  );
}

export const holdersOf = async (cluster: string, address: string): Promise<AnnouncingNode[]> =>
  (await announcingNodes(cluster)).filter(({ addresses }) => addresses.includes(address));
