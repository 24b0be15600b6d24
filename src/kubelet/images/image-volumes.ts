// Images that containers mount as volumes: pulled like the containers' own, with the same events and reasons for waiting, when the
// first container of a pod needs them, and mounted until the pod ends; where the runtime says that it does so itself, it gets the
// image with the container's mounts. Called by container-starter.ts.
// Upstream: getImageVolumes in pkg/kubelet/kuberuntime/kuberuntime_manager.go.
import type { ImageVolumeSource } from '../../api/kinds/core/v1/volumes/node-local.ts';
import { isCriError } from '../../cri/runtime.ts';
import { messageOf } from '../../kit/message-of.ts';
import { StartError } from '../containers/start-error.ts';
import type { PodEvents } from '../events.ts';
import { type Pod, type PodContainer, podUid, specOf } from '../pod.ts';
import type { MountedVolume, MountedVolumes } from '../volumes/plugin.ts';
import type { ImagePlugin } from '../volumes/plugins/image.ts';
import type { ImagePuller, PullAccess } from './image-puller.ts';

export interface ImageVolumesOptions {
  readonly images: Pick<ImagePuller, 'ensure'>;
  readonly plugin: Pick<ImagePlugin, 'mountedAt' | 'mountImage'>;
  readonly events: PodEvents;
}

export class ImageVolumes {
  readonly #options: ImageVolumesOptions;

  constructor(options: ImageVolumesOptions) {
    this.#options = options;
  }

  /** The volumes with the images that the container mounts at their paths. */
  async mounted(
    pod: Pod,
    container: PodContainer,
    volumes: MountedVolumes,
    access: PullAccess,
  ): Promise<MountedVolumes> {
    const all = new Map<string, MountedVolume>(volumes);
    for (const { name } of container.spec.volumeMounts ?? []) {
      const volume = all.get(name);
      if (!volume || !('image' in volume)) continue;
      all.set(name, await this.#mount(pod, container, name, volume.image, access));
    }
    return all;
  }

  /** One that is mounted stays what it is while the pod lives, whatever its tag means by now. */
  async #mount(
    pod: Pod,
    container: PodContainer,
    volume: string,
    { reference = '', pullPolicy }: ImageVolumeSource,
    access: PullAccess,
  ): Promise<MountedVolume> {
    const { images, plugin, events } = this.#options;
    const mounted = await plugin.mountedAt(podUid(pod), volume);
    if (mounted !== undefined) return { path: mounted, readOnly: true };
    const { id } = await images.ensure({
      ...{ ...access, pod, image: reference, policy: pullPolicy },
      event: (...words) => events.pod(pod, ...words),
    });
    try {
      return { path: await plugin.mountImage(podUid(pod), volume, id), readOnly: true };
    } catch (error) {
      if (isCriError(error, 'unimplemented')) return { mountedBy: 'runtime', imageId: id, reference };
      const message = `failed to mount image volume "${volume}": ${messageOf(error)}`;
      events.container(pod, container, 'Warning', 'Failed', `Error: ${message}`);
      throw new StartError('CreateContainerError', message, { cause: error });
    }
  }
}

/** The images of the pod's volumes, as it names them. */
export const volumeImages = (pod: Pod): string[] =>
  (specOf(pod).volumes ?? []).flatMap(({ image }) => image?.reference ?? []);
