// `tiphys image save`: images of the nodes as an OCI archive.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { callControl } from '../../../cluster/control/client.ts';
import { knownCluster, nameOption } from '../options.ts';

export const saveCommand = () =>
  new Command('save')
    .description('Write images of the nodes into an OCI archive')
    .argument('<image...>', 'names of images')
    .requiredOption('-o, --output <file>', 'the archive')
    .addOption(nameOption())
    .action(async (names: string[], { name, output }: { name: string; output: string }) => {
      const { paths } = knownCluster(name);
      const { nodes } = (await callControl(paths.control, 'image-sockets')) as {
        nodes: { node: string; socket: string }[];
      };
      const { saveImages } = await import('../../../cluster/images/save.ts');
      await saveImages({ names, nodes, path: resolve(output) });
    });
