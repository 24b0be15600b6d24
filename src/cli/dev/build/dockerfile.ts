// A Dockerfile, built by a builder of this machine: buildah, podman, or docker with buildx, the first that is there. The result is read
// from a directory of the OCI layout or from an archive. Called by builder.ts.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../cluster/progress.ts';
import { openArchive } from '../../../cri/image/archive.ts';
import { blobPath } from '../../../cri/image/archive-images.ts';
import type { ImageContent } from '../../../cri/image/content.ts';
import { openLayout } from '../../../cri/image/layout.ts';
import { type ExecResult, tryExec } from '../../../kit/exec.ts';
import type { Recipe } from '../project/config.ts';
import { BuildFailure } from './failure.ts';

export interface DockerfileBuild {
  readonly directory: string;
  readonly repository: string;
  readonly recipe: Extract<Recipe, { kind: 'dockerfile' }>;
  /** Where the image is written. */
  readonly layout: string;
  readonly signal: AbortSignal;
}

export type Tool = 'buildah' | 'podman' | 'docker';

/** What says that a tool can be used: Docker's client alone builds nothing. */
const PROBES: readonly (readonly [Tool, readonly string[]])[] = [
  ['buildah', ['buildah', '--version']],
  ['podman', ['podman', '--version']],
  ['docker', ['docker', 'info']],
];

/** The first that can be used. Rejects when there is none: one may be installed by the next time. */
export async function findTool(): Promise<Tool> {
  for (const [tool, probe] of PROBES) if ((await tryExec(probe)).code === 0) return tool;
  throw new UserError(
    'a Dockerfile needs buildah, podman or docker (with buildx and a running daemon) on this machine: install one, or write an Imagefile',
  );
}

export async function buildDockerfile(build: DockerfileBuild, tool: Tool): Promise<ImageContent> {
  await mkdir(build.layout, { recursive: true });
  return tool === 'docker' ? byDocker(build) : byStorage(build, tool);
}

/** buildah and podman have the image in their storage; blobs that the layout has are not written again. */
async function byStorage(build: DockerfileBuild, tool: 'buildah' | 'podman'): Promise<ImageContent> {
  const name = `${build.repository}:tiphys-dev`;
  await run(build, [tool, 'build', '--layers', '-t', name, ...commonWords(build)]);
  // Compressing takes longer than reading the layer on this machine; buildah 1.28 compresses nevertheless.
  const plain = tool === 'buildah' ? ['--disable-compression'] : [];
  await rm(join(build.layout, 'index.json'), { force: true });
  await run(build, [tool, 'push', '--quiet', ...plain, name, `oci:${build.layout}:dev`]);
  const image = await openLayout(build.layout);
  await removeOthers(build.layout, image);
  return image;
}

async function byDocker(build: DockerfileBuild): Promise<ImageContent> {
  const archive = join(build.layout, 'image.tar');
  const output = ['--output', `type=docker,dest=${archive}`, '--progress', 'plain', '--provenance=false'];
  await run(build, [
    'docker',
    'buildx',
    'build',
    '-t',
    `${build.repository}:tiphys-dev`,
    ...output,
    ...commonWords(build),
  ]);
  const [image, ...others] = await openArchive(archive);
  for (const other of others) await other.close();
  return image!;
}

const commonWords = ({ directory, recipe }: DockerfileBuild): string[] => [
  '-f',
  join(directory, recipe.file),
  ...(recipe.target ? ['--target', recipe.target] : []),
  ...Object.entries(recipe.args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  join(directory, recipe.context),
];

async function run({ signal }: DockerfileBuild, command: readonly string[]): Promise<ExecResult> {
  const result = await tryExec(command, { signal });
  signal.throwIfAborted();
  if (result.code !== 0)
    throw new BuildFailure(`${command[0]} ended with exit code ${result.code}`, outputOf(result));
  return result;
}

/** Both streams: builders differ in where they write what went wrong. */
const outputOf = ({ stdout, stderr }: ExecResult): string => `${stdout}${stderr}`;

/** Blobs of earlier images. */
async function removeOthers(layout: string, image: ImageContent): Promise<void> {
  const wanted = new Set([...image.blobs.keys()].map((digest) => blobPath(digest)));
  for (const name of await readdir(join(layout, 'blobs/sha256')))
    if (!wanted.has(`blobs/sha256/${name}`)) await rm(join(layout, 'blobs/sha256', name));
}
