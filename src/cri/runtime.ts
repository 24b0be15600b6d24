// The port between a kubelet and whatever runs containers: CRI v1 in our own notation. Times are milliseconds
// since the epoch (fraction kept, 0 = not yet), absent messages are undefined, lists and maps are never absent in
// answers. Every failure is a CriError. Implementations: containerd/ (real), simulated/ (memory).
import type { ContainerConfig, LinuxContainerResources, PodSandboxConfig } from './config.ts';
import type { AuthConfig, FileSystemMount, FilesystemUsage, Image, ImageSpec } from './image-types.ts';
import type { ContainerStats, PodSandboxStats } from './stats.ts';

export type * from './config.ts';
export { CriError, type CriErrorCode, isCriError } from './error.ts';
export type * from './image-types.ts';
export type * from './stats.ts';

export type Labels = Readonly<Record<string, string>>;

export interface RuntimeVersion {
  runtimeName: string;
  runtimeVersion: string;
  runtimeApiVersion: string;
}

export interface RuntimeCondition {
  /** RuntimeReady or NetworkReady. */
  type: string;
  status: boolean;
  reason: string;
  message: string;
}

export interface RuntimeHandler {
  /** Empty for the default one. */
  name: string;
  /** Unless the runtime does not tell: containerd does from 2.0 on. */
  features?: { recursiveReadOnlyMounts: boolean; userNamespaces: boolean };
}

export interface RuntimeStatus {
  conditions: RuntimeCondition[];
  /** Names that a RuntimeClass handler may have; empty when the runtime does not report them. */
  runtimeHandlers: RuntimeHandler[];
  /** Whether the runtime knows supplementalGroupsPolicy; containerd does from 2.0 on. */
  supplementalGroupsPolicy: boolean;
}

export type PodSandboxState = 'ready' | 'notReady';
export type ContainerState = 'created' | 'running' | 'exited' | 'unknown';

export interface PodSandboxMetadata {
  name: string;
  uid: string;
  namespace: string;
  attempt: number;
}

export interface PodSandbox {
  id: string;
  metadata: PodSandboxMetadata;
  state: PodSandboxState;
  createdAt: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  runtimeHandler: string;
}

export interface PodSandboxStatus extends PodSandbox {
  /** Pod addresses, primary first; empty for a pod on the host's network. */
  ips: string[];
}

export interface ContainerMetadata {
  name: string;
  attempt: number;
}

export interface Container {
  id: string;
  podSandboxId: string;
  metadata: ContainerMetadata;
  image: ImageSpec;
  /** The image's id or digest reference, as reported in pod status. */
  imageRef: string;
  state: ContainerState;
  createdAt: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface ContainerMount {
  containerPath: string;
  hostPath: string;
  readonly: boolean;
}

export interface ContainerStatus {
  id: string;
  metadata: ContainerMetadata;
  state: ContainerState;
  createdAt: number;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  image: ImageSpec;
  imageRef: string;
  /** Completed, Error, OOMKilled, StartError… */
  reason: string;
  message: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  mounts: ContainerMount[];
  /** Absolute path of the log file. */
  logPath: string;
  /** The limits in force; undefined when the runtime does not report them. */
  resources?: LinuxContainerResources;
}

export interface PodSandboxFilter {
  id?: string;
  state?: PodSandboxState;
  labelSelector?: Labels;
}

export interface ContainerFilter {
  id?: string;
  state?: ContainerState;
  podSandboxId?: string;
  labelSelector?: Labels;
}

export interface StatsFilter {
  id?: string;
  podSandboxId?: string;
  labelSelector?: Labels;
}

export interface ExecRequest {
  containerId: string;
  command: readonly string[];
  tty?: boolean;
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
}

export type AttachRequest = Omit<ExecRequest, 'command'>;

export interface ExecSyncResult {
  stdout: Buffer;
  stderr: Buffer;
  exitCode: number;
}

/** A hint that something happened to this container (or sandbox): the status is what counts. */
export interface RuntimeEvent {
  /** Id of the container, or of the sandbox itself; '' after a gap in the stream: anything may have happened. */
  containerId: string;
  kind: 'created' | 'started' | 'exited' | 'oom' | 'deleted' | 'resync';
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface RuntimeService {
  version(): Promise<RuntimeVersion>;
  status(): Promise<RuntimeStatus>;
  /** Tells the runtime the node's pod CIDR. */
  updateRuntimeConfig(config: { podCidr: string }): Promise<void>;

  runPodSandbox(config: PodSandboxConfig, runtimeHandler?: string, options?: CallOptions): Promise<string>;
  /** Kills what still runs in the sandbox and tears down its network; idempotent. */
  stopPodSandbox(id: string): Promise<void>;
  /** Removes the sandbox and all its containers; idempotent, also for an unknown id. */
  removePodSandbox(id: string): Promise<void>;
  podSandboxStatus(id: string): Promise<PodSandboxStatus>;
  listPodSandboxes(filter?: PodSandboxFilter): Promise<PodSandbox[]>;

  createContainer(
    podSandboxId: string,
    config: ContainerConfig,
    sandboxConfig: PodSandboxConfig,
    options?: CallOptions,
  ): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** SIGTERM (or the image's signal), after `timeoutSeconds` SIGKILL; idempotent. */
  stopContainer(id: string, timeoutSeconds: number): Promise<void>;
  /** Removes the container, by force if it runs; idempotent, also for an unknown id. */
  removeContainer(id: string): Promise<void>;
  listContainers(filter?: ContainerFilter): Promise<Container[]>;
  containerStatus(id: string): Promise<ContainerStatus>;
  updateContainerResources(id: string, resources: LinuxContainerResources): Promise<void>;
  /** Makes the runtime reopen the container's log file after it was renamed. */
  reopenContainerLog(id: string): Promise<void>;

  /** Runs a command to its end; CriError code `deadlineExceeded` when it takes longer (0 = no limit). */
  execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecSyncResult>;
  /** The next three return a single-use URL of the runtime's streaming server; dial it at once. */
  exec(request: ExecRequest): Promise<string>;
  attach(request: AttachRequest): Promise<string>;
  portForward(podSandboxId: string, ports: readonly number[]): Promise<string>;

  containerStats(id: string): Promise<ContainerStats>;
  listContainerStats(filter?: StatsFilter): Promise<ContainerStats[]>;
  listPodSandboxStats(filter?: Omit<StatsFilter, 'podSandboxId'>): Promise<PodSandboxStats[]>;

  /**
   * Hints until `signal` aborts (the iteration then ends without an error). Survives a restart of the runtime:
   * after every (re)connection the first event is a `resync`.
   */
  events(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
}

export interface ImageService {
  listImages(filter?: ImageSpec): Promise<Image[]>;
  /** undefined when the image is not on the node. */
  imageStatus(image: ImageSpec): Promise<Image | undefined>;
  /** Returns the image reference to put into a container's config and status. */
  pullImage(
    image: ImageSpec,
    options?: { auth?: AuthConfig; sandboxConfig?: PodSandboxConfig; signal?: AbortSignal },
  ): Promise<string>;
  /** Removes the image under ALL its names; idempotent. */
  removeImage(image: ImageSpec): Promise<void>;
  /**
   * The files of an image that is on the node, as one read-only mount. It stays what it is under its key, whatever
   * becomes of the image, until it is released. The key is the caller's; asked again, the mount is the same.
   */
  imageMount(image: ImageSpec, key: string): Promise<FileSystemMount>;
  /** Nothing may be mounted any more; idempotent. */
  releaseImageMount(key: string): Promise<void>;
  imageFsInfo(): Promise<{ imageFilesystems: FilesystemUsage[]; containerFilesystems: FilesystemUsage[] }>;
}

/** Both services of one node's runtime. */
export interface ContainerRuntime extends RuntimeService, ImageService {
  /** Closes connections; containers go on running. */
  close(): void;
}
