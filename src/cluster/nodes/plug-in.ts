// Where a network plug-in that users bring installs itself, as DaemonSets of such expect: configuration in /etc/cni/net.d, programs in
// /opt/cni/bin, what it remembers in /var/lib/cni. Each node has these directories to itself, though it shares the machine's files;
// in host mode they are the machine's. Pure text; create.ts runs it inside the node.
import { join } from 'node:path';
import type { NodePlan } from './plan.ts';

export const CNI_CONFIGURATION = '/etc/cni/net.d';
export const CNI_PROGRAMS = '/opt/cni/bin';
const CNI_STATE = '/var/lib/cni';
/** flannel tells its program there which addresses the node has. */
const FLANNEL = '/run/flannel';

/**
 * Commands of a shell; may be repeated. The machine's programs are copied, not linked: a plug-in that brings a newer one would write
 * through a link.
 */
export function plugInCommands({ directory }: Pick<NodePlan, 'directory'>, programs: string): string[] {
  const own = (name: string) => quote(join(directory, 'plug-in', name));
  const places = [
    [CNI_CONFIGURATION, own('net.d')],
    [CNI_PROGRAMS, own('bin')],
    [CNI_STATE, own('state')],
    [FLANNEL, own('flannel')],
  ] as const;
  return [
    ...places.map(
      ([place, source]) =>
        `mkdir -p ${place} ${source} && { mountpoint -q ${place} || mount --bind ${source} ${place}; }`,
    ),
    `cp -n ${quote(programs)}/* ${CNI_PROGRAMS}/`,
  ];
}

export const quote = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
