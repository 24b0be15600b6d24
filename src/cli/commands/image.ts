// `tiphys image load|build|list`: images without a registry.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { callControl } from '../../cluster/control/client.ts';
import { type Column, type Format, print } from '../output/print.ts';
import { knownCluster, nameOption, outputOption } from './options.ts';

interface NodeImage {
  readonly node: string;
  readonly image: string;
  readonly size: string;
}

const columns: Column<NodeImage>[] = [
  { title: 'NODE', cell: (i) => i.node },
  { title: 'IMAGE', cell: (i) => i.image },
  { title: 'SIZE', cell: (i) => i.size },
];

const loadCommand = () =>
  new Command('load')
    .description('Bring an OCI or docker archive, or a directory as a root file system, into all nodes')
    .argument('<path>', 'archive (.tar, .tar.gz) or directory')
    .option('--tag <reference>', 'name of the image (needed for a directory)')
    .addOption(nameOption())
    .action(async (path: string, { name, tag }: { name: string; tag?: string }) => {
      const { paths } = knownCluster(name);
      await report(callControl(paths.control, 'image-load', { path: resolve(path), tag }));
    });

const buildCommand = () =>
  new Command('build')
    .description('Build an image from the Imagefile of a directory and bring it into all nodes')
    .argument('<dir>', 'directory with an Imagefile')
    .addOption(nameOption())
    .action(async (path: string, { name }: { name: string }) => {
      const { paths } = knownCluster(name);
      await report(callControl(paths.control, 'image-build', { path: resolve(path) }));
    });

const listCommand = () =>
  new Command('list')
    .description('List the images on the nodes')
    .addOption(nameOption())
    .addOption(outputOption())
    .action(async ({ name, output }: { name: string; output: Format }) => {
      const { images } = (await callControl(knownCluster(name).paths.control, 'image-list')) as {
        images: NodeImage[];
      };
      await print(output, images, columns);
    });

async function report(answer: Promise<unknown>): Promise<void> {
  const { images, nodes } = (await answer) as { images: string[]; nodes: string[] };
  for (const image of images) process.stderr.write(`${image} is on ${nodes.join(', ')}\n`);
}

export const imageCommand = (): Command =>
  new Command('image')
    .description('Bring images into the nodes')
    .addCommand(loadCommand())
    .addCommand(buildCommand())
    .addCommand(listCommand());
