// A container runtime in memory, on an injected clock: sandboxes get addresses, containers behave as their command says
// (program.ts), and tests may kill them, make the runtime unreachable, or choose which images exist.
// For tests of the kubelet and for the simulation.

import type { Clock } from '../../kit/clock.ts';
import { addAll } from '../../kit/lists.ts';
import { CriError } from '../error.ts';
import type { Image, ImageSpec } from '../image-types.ts';
import type {
  ContainerConfig,
  ContainerRuntime,
  ContainerStats,
  ContainerStatus,
  PodSandboxConfig,
  RuntimeEvent,
} from '../runtime.ts';
import { EventBroadcaster } from './event-broadcaster.ts';
import { SimulatedImages, type SimulatedImagesOptions } from './images.ts';
import { type Program, readProgram } from './program.ts';
import {
  createdContainer,
  matches,
  type SimulatedContainer,
  type SimulatedSandbox,
  sameSandboxName,
  selects,
} from './state.ts';
import { listedContainer, listedSandbox, statsOf, statusOf } from './views.ts';

export interface SimulatedRuntimeOptions extends SimulatedImagesOptions {
  /** First addresses of pods, default 10.128.0. */
  addressPrefix?: string;
  /** What a container does; by default read from its command. */
  program?: (config: ContainerConfig) => Program;
  /** Answers execSync; by default the command is read as a program. */
  exec?: (container: SimulatedContainer, command: readonly string[]) => { exitCode: number; stdout: string };
}

export class SimulatedRuntime implements ContainerRuntime {
  readonly sandboxes = new Map<string, SimulatedSandbox>();
  readonly containers = new Map<string, SimulatedContainer>();
  readonly #images: SimulatedImages;
  /** Every call in order, e.g. `startContainer`: for assertions. */
  readonly calls: string[] = [];
  readonly #options: SimulatedRuntimeOptions;
  readonly #clock: Clock;
  readonly #events = new EventBroadcaster();
  #nextAddress = 2;
  #down = false;
  networkReady = true;

  constructor(options: SimulatedRuntimeOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#images = new SimulatedImages(options);
  }

  // -- for tests --

  /** The container's first process ends. */
  exit(containerId: string, exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): void {
    const container = this.#container(containerId);
    if (container.state !== 'running') return;
    container.state = 'exited';
    container.exitCode = exitCode;
    container.reason = reason;
    container.finishedAt = this.#clock.now();
    this.#emit(containerId, 'exited');
  }

  /** The sandbox dies with its network, containers run on, as when a pause process is killed. */
  breakSandbox(id: string): void {
    this.#sandbox(id).state = 'notReady';
    this.#emit(id, 'exited');
  }

  /** While down every call fails with `unavailable`; containers go on running. */
  setDown(down: boolean): void {
    this.#down = down;
    if (!down) this.#emit('', 'resync');
  }

  /** What the container has printed. */
  logs(containerId: string): string[] {
    return this.#container(containerId).logs;
  }

  /** Puts an image onto the node. */
  addImage(name: string): Image {
    return this.#images.add(name);
  }

  // -- RuntimeService --

  async version() {
    this.#call('version');
    return { runtimeName: 'simulated', runtimeVersion: '1.0.0', runtimeApiVersion: 'v1' };
  }

  async status() {
    this.#call('status');
    const condition = (type: string, status: boolean) => ({ type, status, reason: '', message: '' });
    return {
      conditions: [condition('RuntimeReady', true), condition('NetworkReady', this.networkReady)],
      runtimeHandlers: [],
      supplementalGroupsPolicy: false,
    };
  }

  async updateRuntimeConfig(): Promise<void> {
    this.#call('updateRuntimeConfig');
  }

  async runPodSandbox(config: PodSandboxConfig, runtimeHandler = ''): Promise<string> {
    this.#call('runPodSandbox');
    const twin = [...this.sandboxes.values()].find((s) =>
      sameSandboxName(s.config.metadata, config.metadata),
    );
    if (twin) throw new CriError('unknown', `failed to reserve sandbox name: is reserved for "${twin.id}"`);
    const id = this.#newId();
    const onHost = config.linux?.securityContext?.namespaceOptions?.network === 'node';
    const ips = onHost ? [] : [this.#newAddress()];
    const createdAt = this.#clock.now();
    this.sandboxes.set(id, { id, config, runtimeHandler, state: 'ready', createdAt, ips });
    this.#emit(id, 'created');
    this.#emit(id, 'started');
    return id;
  }

  async stopPodSandbox(id: string): Promise<void> {
    this.#call('stopPodSandbox');
    const sandbox = this.sandboxes.get(id);
    if (!sandbox) return;
    for (const container of this.#containersOf(id)) this.exit(container.id, 137);
    if (sandbox.state === 'ready') this.breakSandbox(id);
    sandbox.ips = [];
  }

  async removePodSandbox(id: string): Promise<void> {
    this.#call('removePodSandbox');
    if (!this.sandboxes.has(id)) return;
    for (const container of this.#containersOf(id)) this.#delete(container.id);
    this.sandboxes.delete(id);
    this.#emit(id, 'deleted');
  }

  async podSandboxStatus(id: string) {
    this.#call('podSandboxStatus');
    const sandbox = this.#sandbox(id);
    return { ...listedSandbox(sandbox), ips: [...sandbox.ips] };
  }

  async listPodSandboxes(filter: Parameters<ContainerRuntime['listPodSandboxes']>[0] = {}) {
    this.#call('listPodSandboxes');
    return [...this.sandboxes.values()]
      .filter((s) => (!filter.id || s.id === filter.id) && (!filter.state || s.state === filter.state))
      .filter((s) => selects(filter.labelSelector, s.config.labels))
      .map(listedSandbox);
  }

  async createContainer(sandboxId: string, config: ContainerConfig, sandboxConfig: PodSandboxConfig) {
    this.#call('createContainer');
    this.#sandbox(sandboxId);
    const image = this.#images.find(config.image);
    if (!image) throw new CriError('notFound', `failed to get image: "${config.image.image}": not found`);
    const twin = this.#containersOf(sandboxId).find(
      (c) =>
        c.config.metadata.name === config.metadata.name &&
        (c.config.metadata.attempt ?? 0) === (config.metadata.attempt ?? 0),
    );
    if (twin) throw new CriError('unknown', `failed to reserve container name: is reserved for "${twin.id}"`);
    const id = this.#newId();
    const program = (this.#options.program ?? programOf)(config);
    const createdAt = this.#clock.now();
    const made = { id, sandboxId, config, image, createdAt, program };
    this.containers.set(id, createdContainer(made, sandboxConfig.logDirectory));
    this.#emit(id, 'created');
    return id;
  }

  async startContainer(id: string): Promise<void> {
    this.#call('startContainer');
    const container = this.#container(id);
    if (container.state !== 'created') {
      throw new CriError('unknown', `container is in ${container.state} state, cannot be started`);
    }
    const { program } = container;
    container.startedAt = this.#clock.now();
    container.state = 'running';
    if (program.startError) {
      container.message = program.startError;
      this.exit(id, 128, 'StartError');
      throw new CriError('unknown', `failed to create containerd task: ${program.startError}`);
    }
    addAll(container.logs, program.output);
    this.#emit(id, 'started');
    if (program.runsFor !== undefined) {
      this.#clock.after(program.runsFor, () => this.containers.has(id) && this.exit(id, program.exitCode));
    }
  }

  async stopContainer(id: string, timeoutSeconds: number): Promise<void> {
    this.#call('stopContainer');
    const container = this.containers.get(id);
    if (container?.state !== 'running') return;
    const force = container.program.ignoresTerm || timeoutSeconds <= 0;
    if (container.program.ignoresTerm && timeoutSeconds > 0) await this.#clock.sleep(timeoutSeconds * 1000);
    if (this.containers.has(id)) this.exit(id, force ? 137 : 143);
  }

  async removeContainer(id: string): Promise<void> {
    this.#call('removeContainer');
    this.#delete(id);
  }

  async listContainers(filter: Parameters<ContainerRuntime['listContainers']>[0] = {}) {
    this.#call('listContainers');
    return [...this.containers.values()]
      .filter((container) => matches(filter, container))
      .map(listedContainer);
  }

  async containerStatus(id: string): Promise<ContainerStatus> {
    this.#call('containerStatus');
    return statusOf(this.#container(id));
  }

  async updateContainerResources(id: string, resources: SimulatedContainer['resources']): Promise<void> {
    this.#call('updateContainerResources');
    const container = this.#container(id);
    container.resources = { ...container.resources, ...resources };
  }

  async reopenContainerLog(id: string): Promise<void> {
    this.#call('reopenContainerLog');
    this.#running(id);
  }

  async execSync(id: string, command: readonly string[], timeoutSeconds: number) {
    this.#call('execSync');
    const container = this.#running(id);
    if (this.#options.exec) {
      const { exitCode, stdout } = this.#options.exec(container, command);
      return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) };
    }
    const program = readProgram(command);
    if (program.startError)
      throw new CriError('unknown', `failed to exec in container: ${program.startError}`);
    const length = program.runsFor ?? Number.POSITIVE_INFINITY;
    const limit = timeoutSeconds > 0 ? timeoutSeconds * 1000 : Number.POSITIVE_INFINITY;
    if (Number.isFinite(Math.min(length, limit)) && Math.min(length, limit) > 0) {
      await this.#clock.sleep(Math.min(length, limit));
    }
    if (length > limit) {
      throw new CriError(
        'deadlineExceeded',
        `failed to exec in container: timeout ${timeoutSeconds}s exceeded`,
      );
    }
    const stdout = Buffer.from(program.output.map((line) => `${line}\n`).join(''));
    return { exitCode: program.exitCode, stdout, stderr: Buffer.alloc(0) };
  }

  exec(): Promise<string> {
    return unsupported('exec streams');
  }

  attach(): Promise<string> {
    return unsupported('attach streams');
  }

  portForward(): Promise<string> {
    return unsupported('port forwarding');
  }

  async containerStats(id: string): Promise<ContainerStats> {
    this.#call('containerStats');
    return statsOf(this.#container(id), this.#clock.now());
  }

  async listContainerStats(filter: Parameters<ContainerRuntime['listContainerStats']>[0] = {}) {
    this.#call('listContainerStats');
    return [...this.containers.values()]
      .filter((container) => matches({ ...filter, state: 'running' }, container))
      .map((c) => statsOf(c, this.#clock.now()));
  }

  async listPodSandboxStats(filter: Parameters<ContainerRuntime['listPodSandboxStats']>[0] = {}) {
    this.#call('listPodSandboxStats');
    return [...this.sandboxes.values()]
      .filter((s) => s.state === 'ready' && (!filter.id || s.id === filter.id))
      .filter((s) => selects(filter.labelSelector, s.config.labels))
      .map((s) => ({
        attributes: { ...listedSandbox(s) },
        linux: {
          containers: this.#containersOf(s.id)
            .filter((c) => c.state === 'running')
            .map((c) => statsOf(c, this.#clock.now())),
        },
      }));
  }

  events(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    return this.#events.subscribe(signal);
  }

  // -- ImageService --

  async listImages(filter?: ImageSpec): Promise<Image[]> {
    this.#call('listImages');
    return this.#images.list(filter);
  }

  async imageStatus(spec: ImageSpec): Promise<Image | undefined> {
    this.#call('imageStatus');
    return this.#images.find(spec);
  }

  async pullImage(spec: ImageSpec): Promise<string> {
    this.#call('pullImage');
    return this.#images.pull(spec);
  }

  async removeImage(spec: ImageSpec): Promise<void> {
    this.#call('removeImage');
    this.#images.remove(spec);
  }

  async imageFsInfo() {
    this.#call('imageFsInfo');
    return { imageFilesystems: [this.#images.usage()], containerFilesystems: [] };
  }

  readonly imageMount = async (spec: ImageSpec, key: string) => this.#images.mount(spec, key);
  readonly releaseImageMount = async (key: string) => this.#images.releaseMount(key);

  close(): void {}

  // -- inside --

  #call(name: string): void {
    this.calls.push(name);
    if (this.#down) throw new CriError('unavailable', 'the runtime is down');
  }

  #emit(containerId: string, kind: RuntimeEvent['kind']): void {
    if (!this.#down) this.#events.publish({ containerId, kind });
  }

  #newId(): string {
    return this.#options.random.bytes(32).toString('hex');
  }

  #newAddress(): string {
    const n = this.#nextAddress++;
    return `${this.#options.addressPrefix ?? '10.128.0'}.${((n - 1) % 253) + 1}`;
  }

  #sandbox(id: string): SimulatedSandbox {
    const sandbox = this.sandboxes.get(id);
    if (!sandbox)
      throw new CriError('notFound', `an error occurred when try to find sandbox: "${id}": not found`);
    return sandbox;
  }

  #container(id: string): SimulatedContainer {
    const container = this.containers.get(id);
    if (!container) {
      throw new CriError('notFound', `an error occurred when try to find container "${id}": not found`);
    }
    return container;
  }

  #running(id: string): SimulatedContainer {
    const container = this.#container(id);
    if (container.state !== 'running') {
      throw new CriError('unknown', `container is in ${container.state} state`);
    }
    return container;
  }

  #containersOf(sandboxId: string): SimulatedContainer[] {
    return [...this.containers.values()].filter((c) => c.sandboxId === sandboxId);
  }

  #delete(id: string): void {
    if (!this.containers.has(id)) return;
    this.exit(id, 137);
    this.containers.delete(id);
    this.#emit(id, 'deleted');
  }
}

function programOf(config: ContainerConfig): Program {
  return readProgram([...(config.command ?? []), ...(config.args ?? [])]);
}

function unsupported(what: string): Promise<never> {
  return Promise.reject(new CriError('unimplemented', `the simulated runtime has no ${what}`));
}
