// The pod network of one node as its runtime reads it: Debian's CNI plugins bridge, host-local and portmap. Runtimes
// watch the folder, so the file may be written as soon as the node's pod CIDR is known. Replaced by rename.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Family, familyOfRange } from '../../api/addresses/prefix.ts';

/** What plug-ins answered for each attachment. */
export const CNI_RESULTS = '/var/lib/cni/results';

export interface PodNetwork {
  /** Name of the network, unique on the machine: CNI keeps caches and iptables comments under it. */
  name: string;
  bridge: string;
  /** One for each family. */
  podCidrs: readonly string[];
  mtu: number;
  /** Folder for the addresses given out. */
  ipamDirectory: string;
}

const EVERYWHERE: Readonly<Record<Family, string>> = { IPv4: '0.0.0.0/0', IPv6: '::/0' };

/** The conflist as an object: exactly what goes to the file. */
export function conflist(network: PodNetwork): object {
  return {
    cniVersion: '0.4.0',
    name: network.name,
    plugins: [
      {
        type: 'bridge',
        bridge: network.bridge,
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        mtu: network.mtu,
        ipam: {
          type: 'host-local',
          dataDir: network.ipamDirectory,
          ranges: network.podCidrs.map((subnet) => [{ subnet }]),
          routes: network.podCidrs.map((subnet) => ({ dst: EVERYWHERE[familyOfRange(subnet)] })),
        },
      },
      { type: 'portmap', capabilities: { portMappings: true }, snat: true },
    ],
  };
}

const FILE = '10-pods.conflist';

/** What the configuration in `directory` says of the MTU; undefined when there is none. */
export async function mtuIn(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => '');
  const found = /"mtu": ([0-9]{1,6}),/.exec(text)?.[1];
  return found ? Number(found) : undefined;
}

export async function writeConflist(directory: string, network: PodNetwork): Promise<void> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, FILE);
  const text = `${JSON.stringify(conflist(network), undefined, 2)}\n`;
  if (text === (await readFile(path, 'utf8').catch(() => ''))) return;
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}

/** Unique on the machine. */
export const networkName = ({ cluster }: { cluster: string }, node: { name: string }): string =>
  `tiphys-${cluster}-${node.name}`;

/** Only the one of this network: others may have put their own in its place. */
export async function removeConflist(directory: string, name: string): Promise<void> {
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.includes(`"name": ${JSON.stringify(name)},`)) await rm(path, { force: true });
}

const PLUGIN_DIRECTORIES = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

/** Folder of the installed CNI plugins; throws when there is none. */
export function pluginDirectory(): string {
  const found = PLUGIN_DIRECTORIES.find(
    (d) => existsSync(join(d, 'bridge')) && existsSync(join(d, 'loopback')),
  );
  if (!found) throw new Error(`no CNI plugins in ${PLUGIN_DIRECTORIES.join(', ')}`);
  return found;
}
