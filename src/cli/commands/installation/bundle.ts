// `tiphys bundle`
import { resolve } from 'node:path';
import { Command } from 'commander';
import { UserError } from '../../../cluster/progress.ts';
import { systemClock } from '../../../kit/clock.ts';

const repeated = (text: string, all: string[] = []): string[] => [...all, ...text.split(',').filter(Boolean)];

interface BundleFlags {
  readonly output?: string;
  readonly images: string[];
  readonly packages: boolean;
}

export const bundleCommand = (): Command =>
  new Command('bundle')
    .description('Make one archive that installs Tiphys on machines without a network (docs/installation.md)')
    .option('--output <file>', 'the archive (default: tiphys-VERSION-linux-ARCHITECTURE.tar.gz)')
    .option('--images <files>', 'archives of images that nodes shall have (repeatable)', repeated, [])
    .option('--no-packages', 'leave out Debian’s packages')
    .action(async ({ output, images, packages }: BundleFlags) => {
      const { bundleName, makeBundle } = await import('../../../cluster/bundle/bundle.ts');
      const root = process.env.TIPHYS_ROOT;
      if (!root) throw new UserError('start this command as bin/tiphys');
      const file = resolve(output ?? `${bundleName()}.tar.gz`);
      const began = systemClock.monotonic();
      const { bytes, sha256 } = await makeBundle({
        ...{ root, output: file, packages },
        images: images.map((path) => resolve(path)),
        tell: (line) => void process.stderr.write(`${line}\n`),
      });
      const seconds = ((systemClock.monotonic() - began) / 1000).toFixed(1);
      process.stderr.write(`${file}: ${(bytes / 1e6).toFixed(1)} MB in ${seconds} s\n`);
      process.stdout.write(`${sha256}  ${file}\n`);
    });
