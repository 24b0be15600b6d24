// `tiphys image load|build`: images without a registry.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { callControl } from '../../../cluster/control/client.ts';
import { spokenOf } from '../../output/progress.ts';
import { knownCluster, nameOption } from '../options.ts';

export const loadCommand = () =>
  new Command('load')
    .description(
      'Bring an OCI or docker archive, a directory as a root file system, or an image of Docker or Podman into all nodes',
    )
    .argument('<path>', 'archive (.tar, .tar.gz), directory, docker:NAME or podman:NAME')
    .option('--tag <reference>', 'name of the image (needed for a directory)')
    .addOption(nameOption())
    .action(async (path: string, { name, tag }: { name: string; tag?: string }) => {
      const { paths } = knownCluster(name);
      const load = (archive: string) =>
        report(`loading ${path}`, callControl(paths.control, 'image-load', { path: resolve(archive), tag }));
      const { engineImage, withEngineImage } = await import('../../../cluster/images/engine.ts');
      const image = engineImage(path);
      await (image ? withEngineImage(image, load) : load(path));
    });

export const buildCommand = () =>
  new Command('build')
    .description('Build an image from the Imagefile of a directory and bring it into all nodes')
    .argument('<dir>', 'directory with an Imagefile')
    .addOption(nameOption())
    .action(async (path: string, { name }: { name: string }) => {
      const { paths } = knownCluster(name);
      await report(`building ${path}`, callControl(paths.control, 'image-build', { path: resolve(path) }));
    });

async function report(what: string, answer: Promise<unknown>): Promise<void> {
  const { images, nodes } = (await spokenOf(what, answer)) as { images: string[]; nodes: string[] };
  for (const image of images) process.stderr.write(`${image} is on ${nodes.join(', ')}\n`);
}
