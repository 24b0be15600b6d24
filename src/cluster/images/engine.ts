// Images of a Docker or Podman on this machine, as an archive: by its command where there is one, since that knows contexts and remote
// machines, otherwise by its socket.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findProgram } from '../../cri/containerd/supervisor/oci-runtimes.ts';
import { atMost } from '../../cri/image/archive.ts';
import { tryExec } from '../../kit/exec.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { UserError } from '../progress.ts';

export type Engine = 'docker' | 'podman';

export interface EngineImage {
  readonly engine: Engine;
  /** With a tag or digest. */
  readonly name: string;
}

const ENGINES = {
  docker: { variable: 'DOCKER_HOST', socket: '/var/run/docker.sock' },
  podman: { variable: 'CONTAINER_HOST', socket: '/run/podman/podman.sock' },
} as const;

/** `docker:app` → the image app:latest of Docker; undefined for a path. */
export function engineImage(text: string): EngineImage | undefined {
  const colon = text.indexOf(':');
  const engine = text.slice(0, colon);
  const name = text.slice(colon + 1);
  if (!Object.hasOwn(ENGINES, engine)) return undefined;
  if (name === '' || name.startsWith('-')) throw new UserError(`${text}: give the name of an image`);
  const last = name.slice(name.lastIndexOf('/') + 1);
  return { engine: engine as Engine, name: /[:@]/.test(last) ? name : `${name}:latest` };
}

/** `use` gets the path of an archive that exists as long as it runs. `scratch`: a directory on a disk with room. */
export async function withEngineImage<T>(
  image: EngineImage,
  use: (path: string) => Promise<T>,
  { env = process.env, scratch = '/var/tmp' } = {},
): Promise<T> {
  const directory = await mkdtemp(join(scratch, 'tiphys-image-'));
  const path = join(directory, 'image.tar');
  try {
    const program = env === process.env ? findProgram(image.engine) : undefined;
    if (program) await saveByCommand(program, image, path);
    else await saveBySocket(socketOf(image.engine, env), image, path);
    return await use(path);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function saveByCommand(program: string, { engine, name }: EngineImage, path: string): Promise<void> {
  const { code, stderr } = await tryExec([program, 'save', '-o', path, name]);
  if (code !== 0)
    throw new UserError(`${engine} save ${name}: ${stderr.trim().slice(-500) || `exit code ${code}`}`);
}

function socketOf(engine: Engine, env: NodeJS.ProcessEnv): string {
  const { variable, socket } = ENGINES[engine];
  const chosen = env[variable];
  if (!chosen) return socket;
  if (!chosen.startsWith('unix://'))
    throw new UserError(`${variable}=${chosen}: without the command ${engine} only unix:// is possible`);
  return chosen.slice('unix://'.length);
}

async function saveBySocket(socketPath: string, { engine, name }: EngineImage, path: string): Promise<void> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const options = { socketPath, path: `/images/${encodeURIComponent(name)}/get`, agent: false };
    http.get(options, resolve).on('error', (error: NodeJS.ErrnoException) => {
      const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      const text = `there is no command ${engine}, and nobody answers at ${socketPath}`;
      reject(nobody ? new UserError(text) : error);
    });
  });
  if (response.statusCode !== 200) {
    const { bytes } = await readUpTo(response, 1_000);
    throw new UserError(`${engine}: ${name}: ${bytes.toString().trim() || response.statusCode}`);
  }
  const { bavail, bsize } = await statfs(join(path, '..'));
  await pipeline(
    response,
    atMost(Math.floor((bavail * bsize) / 2), name),
    createWriteStream(path, { mode: 0o600 }),
  );
}
