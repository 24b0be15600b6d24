// `tiphys image rm|prune`: images go from the nodes and from the cluster's registry.
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { callControl } from '../../../cluster/control/client.ts';
import type { Removed } from '../../../cluster/images/remove.ts';
import { UserError } from '../../../cluster/progress.ts';
import type { RegistryPlace } from '../../../cluster/registry/registry-client.ts';
import { type KnownCluster, knownCluster, nameOption } from '../options.ts';

/** Undefined where nothing was ever pushed. */
const registryOf = ({ record, paths }: KnownCluster): RegistryPlace | undefined =>
  record.registryPort && existsSync(paths.registry)
    ? { port: record.registryPort, root: paths.registry }
    : undefined;

export const removeCommand = () =>
  new Command('rm')
    .description('Remove images from all nodes, and their tags from the cluster’s registry')
    .argument('<image...>', 'names or ids of images')
    .option('-f, --force', 'also those that containers use', false)
    .addOption(nameOption())
    .action(async (names: string[], { name, force }: { name: string; force: boolean }) => {
      const cluster = knownCluster(name);
      const { removed, missing } = (await callControl(cluster.paths.control, 'image-remove', {
        names,
        force,
      })) as { removed: Removed[]; missing: string[] };
      for (const { node, image } of removed) process.stdout.write(`${image} removed from ${node}\n`);
      // What was pushed and never run is on no node.
      const pushed = await removePushed(registryOf(cluster), names);
      const nowhere = missing.find((one) => !pushed.includes(one));
      if (nowhere !== undefined) throw new UserError(`there is no image ${nowhere}`);
    });

async function removePushed(place: RegistryPlace | undefined, names: readonly string[]): Promise<string[]> {
  if (!place) return [];
  const { partsOf, removeFromRegistry } = await import('../../../cluster/registry/registry-client.ts');
  const removed: string[] = [];
  for (const name of names) {
    const parts = partsOf(name, place.port);
    if (!parts || !(await removeFromRegistry(place, parts.repository, parts.tag))) continue;
    removed.push(name);
    process.stdout.write(`${name} removed from the registry\n`);
  }
  return removed;
}

export const pruneCommand = () =>
  new Command('prune')
    .description('Remove images without a name that nothing uses, and from the registry what no tag leads to')
    .option('-a, --all', 'from the nodes also those that have a name', false)
    .addOption(nameOption())
    .action(async ({ name, all }: { name: string; all: boolean }) => {
      const cluster = knownCluster(name);
      const { removed } = (await callControl(cluster.paths.control, 'image-prune', { all })) as {
        removed: Removed[];
      };
      for (const { node, image } of removed) process.stdout.write(`${image} removed from ${node}\n`);
      const place = registryOf(cluster);
      const freed = removed.reduce((sum, { bytes }) => sum + bytes, 0);
      process.stdout.write(`${megabytes(freed)} on the nodes\n`);
      if (!place) return;
      const { pruneRegistry } = await import('../../../cluster/registry/registry-client.ts');
      const { manifests, bytes } = await pruneRegistry(place);
      process.stdout.write(`${megabytes(bytes)} in the registry (${manifests} manifests)\n`);
    });

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
