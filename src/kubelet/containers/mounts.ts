// The mounts of one container: its volumes (with subPath), /etc/hosts, the termination log. Prepares the files that
// are mounted. Called by container-starter.ts for every start.
import { isAbsolute, join } from 'node:path';
import type { VolumeMount } from '../../api/kinds/core/v1/container.ts';
import type { Mount } from '../../cri/runtime.ts';
import { ConfigError, type EnvEntry } from '../env/container-env.ts';
import { expandStrict } from '../env/expand.ts';
import { namesOf } from '../files/beneath.ts';
import { inside, type NodeFiles, type NodePath, nodePath, pathText } from '../files/node-files.ts';
import { type Pod, type PodContainer, podUid } from '../pod.ts';
import type { MountedVolumes } from '../volumes/plugin.ts';
import { isRecursive } from './recursive-read-only.ts';
import { StartError } from './start-error.ts';
import { bindSubPath, type SubPathPlace } from './sub-paths.ts';

export interface MountContext {
  readonly files: NodeFiles;
  /** Holds pods/<uid>. */
  readonly root: string;
  readonly volumes: MountedVolumes;
  readonly env: readonly EnvEntry[];
  readonly hostsFile: string;
  readonly attempt: number;
  /** Whether the runtime can mount recursively read-only. */
  readonly canRecurse: boolean;
}

export const podDirectory = (root: string, uid: string): string => join(root, 'pods', uid);

export async function containerMounts(
  pod: Pod,
  container: PodContainer,
  context: MountContext,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const [index, mount] of (container.spec.volumeMounts ?? []).entries()) {
    const place = {
      podDirectory: podDirectory(context.root, podUid(pod)),
      container: container.spec.name,
      index,
    };
    mounts.push(await volumeMount(mount, place, context));
  }
  if (!mounts.some((mount) => mount.containerPath === '/etc/hosts'))
    mounts.push(await hostsMount(pod, container, context));
  mounts.push(await terminationLogMount(pod, container, context));
  return mounts;
}

async function volumeMount(
  mount: VolumeMount,
  place: Omit<SubPathPlace, 'volume'>,
  context: MountContext,
): Promise<Mount> {
  const containerPath = isAbsolute(mount.mountPath) ? mount.mountPath : join('/', mount.mountPath);
  const readonly = mount.readOnly === true;
  const volume = context.volumes.get(mount.name);
  if (volume && 'mountedBy' in volume)
    return {
      ...{ containerPath, hostPath: '', readonly: true, propagation: 'private' },
      image: { image: volume.imageId, userSpecifiedImage: volume.reference },
      imageSubPath: subPathOf(mount, context.env),
    };
  if (!volume || !('path' in volume))
    throw new ConfigError(
      `cannot find volume "${mount.name}" to mount into container at "${mount.mountPath}"`,
    );
  const subPath = subPathOf(mount, context.env);
  return {
    containerPath,
    hostPath: subPath
      ? await withSubPath(context.files, nodePath(volume.path, ...namesOf(subPath)), {
          ...place,
          volume: mount.name,
        })
      : volume.path,
    readonly: readonly || volume.readOnly,
    propagation: PROPAGATION[mount.mountPropagation ?? 'None'],
    ...(isRecursive(mount, context.canRecurse) && { recursiveReadOnly: true }),
  };
}

const PROPAGATION = {
  None: 'private',
  HostToContainer: 'hostToContainer',
  Bidirectional: 'bidirectional',
} as const;

function subPathOf({ subPath = '', subPathExpr }: VolumeMount, env: readonly EnvEntry[]): string {
  if (!subPathExpr) return checkedSubPath(subPath);
  try {
    return checkedSubPath(expandStrict(subPathExpr, new Map(env.map(({ key, value }) => [key, value]))));
  } catch (error) {
    throw new ConfigError((error as Error).message, { cause: error });
  }
}

function checkedSubPath(path: string): string {
  if (isAbsolute(path)) throw new ConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..'))
    throw new ConfigError(`unable to validate SubPath \`${path}\`: must not contain '..'`);
  return path;
}

async function withSubPath(files: NodeFiles, source: NodePath, place: SubPathPlace): Promise<string> {
  try {
    return await bindSubPath(files, source, place);
  } catch (error) {
    const message = `failed to prepare subPath for volumeMount: ${(error as Error).message}`;
    throw new StartError('CreateContainerConfigError', message, { cause: error });
  }
}

/** One file for the whole pod, written at every start, since addresses change with the sandbox. */
async function hostsMount(pod: Pod, container: PodContainer, context: MountContext): Promise<Mount> {
  const path = nodePath(podDirectory(context.root, podUid(pod)), 'etc-hosts');
  await context.files.write(path, context.hostsFile, { mode: 0o644 });
  const readonly = container.spec.securityContext?.readOnlyRootFilesystem === true;
  return { containerPath: '/etc/hosts', hostPath: pathText(path), readonly };
}

/** One file per container instance; any user in the container may write it. */
async function terminationLogMount(pod: Pod, container: PodContainer, context: MountContext): Promise<Mount> {
  const { files, root, attempt } = context;
  // Only the file itself is mounted: no pod can put a link above it.
  const dir = nodePath(join(podDirectory(root, podUid(pod)), 'containers', container.spec.name));
  await files.makeDirectory(dir);
  const path = inside(dir, `termination-${attempt}`);
  await files.create(path, { mode: 0o666 });
  const containerPath = container.spec.terminationMessagePath || '/dev/termination-log';
  return { containerPath, hostPath: pathText(path), readonly: false };
}
