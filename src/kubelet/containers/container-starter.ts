// Starts one container in a ready sandbox: image, environment, mounts, create, start, postStart hook. Throws
// StartError with the waiting reason when it cannot. Called by runtime-containers.ts.
import type { ContainerRuntime, Image, Mount, PodSandboxConfig } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type CdiEdits, withEdits } from '../devices/cdi.ts';
import { hostsFile } from '../dns/hosts-file.ts';
import { ConfigError, containerEnv, type EnvEntry } from '../env/container-env.ts';
import type { NodeFacts } from '../env/field-ref.ts';
import type { PodEvents } from '../events.ts';
import { type NodeFiles, nodePath } from '../files/node-files.ts';
import { credentialsFor } from '../images/credentials.ts';
import type { ImagePuller, PullRequest } from '../images/image-puller.ts';
import type { ImageVolumes } from '../images/image-volumes.ts';
import { type Pod, type PodContainer, podNamespace, specOf } from '../pod.ts';
import type { ReferencedObjects } from '../references/referenced-objects.ts';
import { containerResources, type ResourceContext } from '../resources/container-resources.ts';
import type { SecurityContextOptions } from '../security/security-context.ts';
import type { StartAction } from '../sync/plan.ts';
import { latestOf, type PodView } from '../view/pod-view.ts';
import type { MountedVolumes } from '../volumes/plugin.ts';
import { abortable } from './abortable.ts';
import { containerConfig } from './container-config.ts';
import { containerDevices } from './devices.ts';
import { runHook } from './hooks.ts';
import { killContainer } from './kill.ts';
import { containerMounts } from './mounts.ts';
import { supportsRecursion } from './recursive-read-only.ts';
import { StartError } from './start-error.ts';

export interface StarterOptions {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly events: PodEvents;
  readonly images: ImagePuller;
  readonly imageVolumes: Pick<ImageVolumes, 'mounted'>;
  readonly objects: Pick<ReferencedObjects, 'configMap' | 'secret'>;
  readonly services: (pod: Pod) => ReadonlyMap<string, string>;
  readonly resources: ResourceContext;
  readonly security: SecurityContextOptions;
  /** What the devices of the container's claims add to it. */
  readonly deviceEdits: (pod: Pod, container: PodContainer) => Promise<CdiEdits>;
  readonly clusterDomain: string;
  readonly files: NodeFiles;
  readonly root: string;
}

/** What the sync has prepared before it starts containers. */
export interface StartContext {
  readonly pod: Pod;
  readonly view: PodView;
  readonly sandboxId: string;
  readonly sandboxConfig: PodSandboxConfig;
  readonly runtimeHandler: string;
  readonly volumes: MountedVolumes;
  readonly facts: NodeFacts;
  readonly signal?: AbortSignal;
}

export class ContainerStarter {
  readonly #options: StarterOptions;

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  /** Resolves with the id of the running container. */
  async start({ container, attempt }: StartAction, context: StartContext): Promise<string> {
    const { pod, sandboxConfig, signal } = context;
    const { images, imageVolumes, events } = this.#options;
    const access = {
      credentials: async (name: string) => credentialsFor(name, await this.#pullSecrets(pod)),
      ...{ sandboxConfig, signal },
    };
    const { image: name = '', imagePullPolicy: policy } = container.spec;
    const event: PullRequest['event'] = (...words) => events.container(pod, container, ...words);
    const image = await images.ensure({ ...access, pod, image: name, policy, event });
    const volumes = await imageVolumes.mounted(pod, container, context.volumes, access);
    const config = await this.#configure(container, attempt, image, { ...context, volumes });
    const id = await this.#create(container, config, context);
    await this.#launch(container, id, context);
    const { postStart } = container.spec.lifecycle ?? {};
    if (postStart) await this.#postStart(container, id, context);
    return id;
  }

  /** What fails here the user can mend: CreateContainerConfigError, tried again every 10 s. */
  async #configure(container: PodContainer, attempt: number, image: Image, context: StartContext) {
    const { pod } = context;
    try {
      const env = await this.#env(container, context);
      const mounts = await this.#mounts(container, attempt, env, context);
      const targetId = container.target && latestOf(context.view, container.target)?.id;
      const { security, resources, deviceEdits } = this.#options;
      const edits = await deviceEdits(pod, container);
      const config = containerConfig({
        pod,
        container,
        attempt,
        image,
        env,
        mounts,
        devices: containerDevices(container, context.volumes),
        resources: containerResources(pod, container.spec, resources),
        security,
        ...(targetId && { targetId }),
      });
      return withEdits(config, edits);
    } catch (error) {
      const reason = error instanceof StartError ? error.reason : 'CreateContainerConfigError';
      const message = messageOf(error);
      this.#fail(context, container, message);
      throw new StartError(reason, message, { cause: error });
    }
  }

  #env(container: PodContainer, { pod, facts }: StartContext): Promise<EnvEntry[]> {
    const { objects, services } = this.#options;
    const namespace = podNamespace(pod);
    return containerEnv({
      pod,
      container: container.spec,
      facts,
      services: services(pod),
      configMap: (name) => objects.configMap(namespace, name),
      secret: (name) => objects.secret(namespace, name),
    });
  }

  async #mounts(
    container: PodContainer,
    attempt: number,
    env: readonly EnvEntry[],
    { pod, volumes, facts, runtimeHandler }: StartContext,
  ): Promise<Mount[]> {
    const { root, clusterDomain, files, runtime } = this.#options;
    // A pod on the host's network sees the host's own names as well.
    const hostText = specOf(pod).hostNetwork ? String((await files.read(nodePath('/etc/hosts'))) ?? '') : '';
    const hosts = hostsFile(pod, facts.podIPs, clusterDomain, hostText);
    const canRecurse = await supportsRecursion(runtime, container.spec, runtimeHandler);
    return containerMounts(pod, container, {
      files,
      root,
      volumes,
      env,
      hostsFile: hosts,
      attempt,
      canRecurse,
    });
  }

  async #create(
    container: PodContainer,
    config: ReturnType<typeof containerConfig>,
    context: StartContext,
  ): Promise<string> {
    const { sandboxId, sandboxConfig } = context;
    try {
      // The runtime creates the log file, but not its directory.
      if (sandboxConfig.logDirectory)
        await this.#options.files.makeDirectory(nodePath(sandboxConfig.logDirectory, container.spec.name));
      const id = await this.#options.runtime.createContainer(sandboxId, config, sandboxConfig);
      this.#options.events.container(context.pod, container, 'Normal', 'Created', 'Container created');
      return id;
    } catch (error) {
      const message = messageOf(error);
      this.#fail(context, container, message);
      const reason = error instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError';
      throw new StartError(reason, message, { cause: error });
    }
  }

  async #launch(container: PodContainer, id: string, context: StartContext): Promise<void> {
    try {
      await this.#options.runtime.startContainer(id);
      this.#options.events.container(context.pod, container, 'Normal', 'Started', 'Container started');
    } catch (error) {
      const message = messageOf(error);
      this.#fail(context, container, message);
      throw new StartError('RunContainerError', message, { cause: error });
    }
  }

  /** A container whose postStart hook fails is killed, and its restart policy applies. */
  async #postStart(container: PodContainer, id: string, context: StartContext): Promise<void> {
    const { runtime, clock, events } = this.#options;
    const { pod, view, facts, signal } = context;
    const target = { container: container.spec, containerId: id, podIP: facts.podIPs[0] ?? '' };
    try {
      await abortable(
        runHook(container.spec.lifecycle!.postStart!, target, 0, { runtime, clock, signal }),
        signal,
      );
    } catch (error) {
      if (signal?.aborted) throw error;
      const text = messageOf(error);
      events.container(pod, container, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
      const status = await runtime.containerStatus(id);
      const killed = { ...status, podSandboxId: context.sandboxId };
      const message = 'FailedPostStartHook';
      const graceSeconds = specOf(pod).terminationGracePeriodSeconds ?? 30;
      await killContainer(
        { container: killed, pod, view, graceSeconds, message },
        { runtime, clock, events },
      );
      throw new StartError('PostStartHookError', text, { cause: error });
    }
  }

  async #pullSecrets(pod: Pod) {
    const names = (specOf(pod).imagePullSecrets ?? []).map(({ name }) => name ?? '');
    const found = await Promise.all(
      names.map((name) => this.#options.objects.secret(podNamespace(pod), name)),
    );
    return found.filter((secret) => secret !== undefined);
  }

  #fail({ pod }: StartContext, container: PodContainer, message: string): void {
    this.#options.events.container(pod, container, 'Warning', 'Failed', `Error: ${message}`);
  }
}
