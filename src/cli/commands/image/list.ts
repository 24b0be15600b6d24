// `tiphys image ls`: what is on which node.
import { Command } from 'commander';
import { callControl } from '../../../cluster/control/client.ts';
import type { NodeImage } from '../../../cluster/control/image-routes.ts';
import { type Column, type Format, print } from '../../output/print.ts';
import { knownCluster, nameOption, outputOption } from '../options.ts';

const columns: Column<NodeImage>[] = [
  { title: 'NODE', cell: (i) => i.node },
  { title: 'IMAGE', cell: (i) => i.image || '<none>' },
  { title: 'IMAGE ID', cell: (i) => i.id.replace('sha256:', '').slice(0, 12) },
  { title: 'SIZE', cell: (i) => i.size },
];

export const listCommand = () =>
  new Command('ls')
    .alias('list')
    .description('List the images on the nodes')
    .addOption(nameOption())
    .addOption(outputOption())
    .action(async ({ name, output }: { name: string; output: Format }) => {
      const { images } = (await callControl(knownCluster(name).paths.control, 'image-list')) as {
        images: NodeImage[];
      };
      await print(output, images, columns);
    });
