// Makes sure that an image of a container or a volume is on the node, by its pull policy, with back-off after failures and the events
// and waiting reasons of upstream's image manager. One for each kubelet.
import type { AuthConfig, ContainerRuntime, Image, PodSandboxConfig } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { StartError } from '../containers/start-error.ts';
import { type Pod, podUid } from '../pod.ts';
import { CrashBackoff } from '../sync/crash-backoff.ts';
import { applyDefaultTag, defaultPullPolicy } from './image-name.ts';
import { Limiter } from './limiter.ts';

export interface ImagePullerOptions {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  /** 1 = one after the other. */
  readonly maxParallelPulls: number;
}

/** What pulls of a pod's images have in common. */
export interface PullAccess {
  readonly credentials: (image: string) => Promise<readonly AuthConfig[]>;
  readonly sandboxConfig: PodSandboxConfig;
  readonly signal?: AbortSignal;
}

export interface PullRequest extends PullAccess {
  readonly pod: Pod;
  /** As the pod names it. */
  readonly image: string;
  /** The API's default, unless it is set. */
  readonly policy?: string;
  /** Tells who needs the image. */
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

export class ImagePuller {
  readonly #options: ImagePullerOptions;
  readonly #limiter: Limiter;
  readonly #backoff = new CrashBackoff();
  /** Per pod and image: when the last pull failed, and how. */
  readonly #failures = new Map<string, { at: number; reason: string; message: string }>();

  constructor(options: ImagePullerOptions) {
    this.#options = options;
    this.#limiter = new Limiter(options.maxParallelPulls);
  }

  async ensure(request: PullRequest): Promise<Image> {
    const { runtime } = this.#options;
    const wanted = request.image;
    const image = applyDefaultTag(wanted);
    if (!image) throw this.#invalidName(request, wanted);
    const policy = request.policy ?? defaultPullPolicy(wanted);
    const present = await runtime.imageStatus({ image });
    if (present && policy !== 'Always') {
      const text = `Container image "${wanted}" already present on machine and can be accessed by the pod`;
      request.event('Normal', 'Pulled', text);
      return present;
    }
    if (policy === 'Never') throw this.#neverPull(request, wanted);
    await this.#pull(request, wanted, image);
    // Asked again, since the pull answers with a digest that need not be the image's id.
    const pulled = await runtime.imageStatus({ image });
    if (!pulled) throw new StartError('ErrImagePull', `image "${wanted}" is not there after its pull`);
    return pulled;
  }

  /** When the next attempt for this container may be made; undefined when at once. */
  retryAt(pod: Pod, image: string): number | undefined {
    const key = `${podUid(pod)}_${image}`;
    const failure = this.#failures.get(key);
    return failure && this.#backoff.holding(key, failure.at, this.#options.clock.now())?.until;
  }

  forget(uid: string): void {
    for (const key of this.#failures.keys()) if (key.startsWith(`${uid}_`)) this.#succeeded(key);
  }

  #succeeded(key: string): void {
    this.#failures.delete(key);
    this.#backoff.forget(key);
  }

  async #pull(request: PullRequest, wanted: string, image: string): Promise<void> {
    const { clock } = this.#options;
    const key = `${podUid(request.pod)}_${wanted}`;
    const failed = this.#failures.get(key);
    if (failed && this.#backoff.holding(key, failed.at, clock.now())) {
      const text = `Back-off pulling image "${wanted}"`;
      request.event('Normal', 'BackOff', text);
      request.event('Warning', 'Failed', 'Error: ImagePullBackOff');
      throw new StartError('ImagePullBackOff', `${text}: ${failed.reason}: ${failed.message}`);
    }
    request.event('Normal', 'Pulling', `Pulling image "${wanted}"`);
    const asked = clock.monotonic();
    try {
      const { bytes, took } = await this.#limiter.run(() => this.#fetch(request, image));
      this.#succeeded(key);
      const whole = `${seconds(took)} (${seconds(clock.monotonic() - asked)} including waiting)`;
      const text = `Successfully pulled image "${wanted}" in ${whole}. Image size: ${bytes} bytes.`;
      request.event('Normal', 'Pulled', text);
    } catch (error) {
      if (request.signal?.aborted) throw error;
      const message = messageOf(error);
      this.#backoff.next(key, clock.now(), clock.now());
      this.#failures.set(key, { at: clock.now(), reason: 'ErrImagePull', message });
      request.event('Warning', 'Failed', `Failed to pull image "${wanted}": ${message}`);
      request.event('Warning', 'Failed', 'Error: ErrImagePull');
      throw new StartError('ErrImagePull', message, { cause: error });
    }
  }

  /** Tries each credential in turn; without any, pulls anonymously. */
  async #fetch(request: PullRequest, image: string): Promise<{ bytes: number; took: number }> {
    const { runtime, clock } = this.#options;
    const { sandboxConfig, signal } = request;
    const start = clock.monotonic();
    const credentials = await request.credentials(image);
    let last: unknown;
    for (const auth of credentials.length > 0 ? credentials : [undefined]) {
      try {
        await runtime.pullImage({ image }, { ...(auth && { auth }), sandboxConfig, signal });
        const status = await runtime.imageStatus({ image });
        return { bytes: status?.size ?? 0, took: clock.monotonic() - start };
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  #invalidName(request: PullRequest, wanted: string): StartError {
    const message = `Failed to apply default image tag "${wanted}": couldn't parse image name "${wanted}": invalid reference format`;
    request.event('Warning', 'InspectFailed', message);
    request.event('Warning', 'Failed', 'Error: InvalidImageName');
    return new StartError('InvalidImageName', message);
  }

  #neverPull(request: PullRequest, wanted: string): StartError {
    const message = `Container image "${wanted}" is not present with pull policy of Never`;
    request.event('Warning', 'ErrImageNeverPull', message);
    request.event('Warning', 'Failed', 'Error: ErrImageNeverPull');
    return new StartError('ErrImageNeverPull', message);
  }
}

/** A duration as Go prints it, to the millisecond. */
export const seconds = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)}ms` : `${Math.round(ms) / 1000}s`;
