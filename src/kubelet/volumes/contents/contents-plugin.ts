// The common part of the plug-ins whose files come from the API: configMap, secret, downwardAPI and projected volumes
// differ in their sources and in their directories.
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import type { VolumeProjection } from '../../../api/kinds/core/v1/volumes/projected.ts';
import type { Clock } from '../../../kit/clock.ts';
import { podUid, specOf } from '../../pod.ts';
import type { VolumeDirectories } from '../directories.ts';
import { directoryStats } from '../measure.ts';
import type { VolumePlugin, VolumeRequest } from '../plugin.ts';
import { writeAtomically } from './atomic-writer.ts';
import { DEFAULT_MODE } from './payload.ts';
import { type ContentSources, gatherPayload } from './sources.ts';

export interface ContentsOptions extends ContentSources {
  readonly clock: Pick<Clock, 'now'>;
}

export interface Contents {
  readonly sources: readonly VolumeProjection[];
  readonly mode: number;
}

export const contents = (sources: readonly VolumeProjection[], mode = DEFAULT_MODE): Contents => ({
  sources,
  mode,
});

/** `contentsOf` gives undefined for a volume of another kind. */
export function contentsPlugin(
  name: string,
  directories: VolumeDirectories,
  contentsOf: (volume: Volume) => Contents | undefined,
  options: ContentsOptions,
): VolumePlugin {
  let stamps = 0;
  /** Unlike any before, also of an earlier kubelet: a set of files never gets the directory of another one. */
  const nextStamp = () => {
    const time = new Date(options.clock.now()).toISOString().replace(/[-:.TZ]/g, '_');
    return `${time}.${++stamps}`;
  };
  const write = async ({ pod, spec: { volume } }: VolumeRequest) => {
    const { sources, mode } = contentsOf(volume)!;
    const payload = await gatherPayload(pod, volume.name, sources, mode, options);
    const path = directories.volume(name, podUid(pod), volume.name);
    const gid = specOf(pod).securityContext?.fsGroup;
    await writeAtomically(directories.files, path, payload, nextStamp(), gid === undefined ? {} : { gid });
    return path.root;
  };
  return {
    name,
    supports: ({ volume }) => contentsOf(volume) !== undefined,
    // No container may write here, whatever its mount says (upstream: CVE-2017-1002102).
    setUp: async (request) => ({ path: await write(request), readOnly: true }),
    update: async (request) => void (await write(request)),
    found: (uid) => directories.names(name, uid),
    tearDown: (uid, volume) => directories.remove(name, uid, volume),
    stats: ({ pod, spec: { volume } }) =>
      directoryStats(directories.files, directories.volume(name, podUid(pod), volume.name)),
  };
}
