// The machine's static busybox as an image: a shell and the small tools tests need, built without a registry.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type BuildOptions, buildImage } from '../../src/cri/image/build.ts';
import type { ImageContent } from '../../src/cri/image/content.ts';
import type { TarEntry } from '../../src/cri/image/tar.ts';

const BUSYBOX = '/usr/bin/busybox';

export function busyboxImage(name = 'busybox:1', options: Partial<BuildOptions> = {}): ImageContent {
  return buildImage({
    config: { cmd: ['sh'] },
    ...options,
    names: [name],
    layers: [busyboxLayer(), ...(options.layers ?? [])],
  });
}

export function busyboxLayer(): TarEntry[] {
  const tools = execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const directory = (path: string, mode = 0o755): TarEntry => ({ path, type: 'directory', mode });
  const file = (path: string, text: string): TarEntry => ({ path, type: 'file', content: Buffer.from(text) });
  return [
    directory('bin'),
    directory('etc'),
    directory('tmp', 0o1777),
    { path: 'bin/busybox', type: 'file', mode: 0o755, content: readFileSync(BUSYBOX) },
    ...tools
      .filter((tool) => tool !== 'busybox')
      .map((tool): TarEntry => ({ path: `bin/${tool}`, type: 'symlink', target: 'busybox' })),
    file('etc/passwd', 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'),
    file('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
  ];
}
