// RuntimeService over CRI v1: each method is one call; fields that the runtime left out are filled with defaults.
// Made by open.ts.
import type { Clock } from '../../../kit/clock.ts';
import type { PodSandboxConfig } from '../../config.ts';
import { CriError, isCriError } from '../../error.ts';
import type {
  Container,
  ContainerStatus,
  PodSandbox,
  PodSandboxStatus,
  RuntimeService,
} from '../../runtime.ts';
import type { ContainerStats, PodSandboxStats } from '../../stats.ts';
import type { RuntimeChannel } from '../channel.ts';
import type {
  WireContainer,
  WireContainerStats,
  WireContainerStatus,
  WireFilesystemUsage,
  WirePodSandboxStats,
  WirePodSandboxStatus,
} from '../messages/answer-messages.ts';
import { containerdEvents } from './events.ts';
import * as rpc from './runtime-methods.ts';
import { StuckExecs } from './stuck-execs.ts';

const NO_SANDBOX = { name: '', uid: '', namespace: '', attempt: 0 };
const NO_CONTAINER = { name: '', attempt: 0 };

export function runtimeService(grpc: RuntimeChannel, clock: Clock): RuntimeService {
  const stuck = new StuckExecs(grpc, clock);
  const service: RuntimeService = {
    version: () => grpc.unary(rpc.version, { value: 'v1' }),
    async status() {
      const answer = await grpc.unary(rpc.status, { verbose: false });
      return {
        conditions: answer.status?.conditions ?? [],
        runtimeHandlers: answer.handlers,
        supplementalGroupsPolicy: answer.features?.supplementalGroupsPolicy ?? false,
      };
    },
    async updateRuntimeConfig({ podCidr }) {
      await grpc.unary(rpc.updateRuntimeConfig, { value: { value: podCidr } });
    },

    async runPodSandbox(config, runtimeHandler = '', options = {}) {
      const request = { config: withoutNulls(config), runtimeHandler };
      return (await grpc.unary(rpc.runPodSandbox, request, { ...options, timeout: 240_000 })).value;
    },
    async stopPodSandbox(id) {
      await ignoreMissing(grpc.unary(rpc.stopPodSandbox, { value: id }));
    },
    async removePodSandbox(id) {
      await ignoreMissing(grpc.unary(rpc.removePodSandbox, { value: id }));
    },
    async podSandboxStatus(id) {
      return sandboxStatus(id, (await grpc.unary(rpc.podSandboxStatusMethod, { value: id })).value);
    },
    async listPodSandboxes(filter) {
      const { items } = await grpc.unary(rpc.listPodSandbox, { filter });
      return items.map((s): PodSandbox => ({ ...s, metadata: s.metadata ?? NO_SANDBOX }));
    },

    async createContainer(podSandboxId, config, sandboxConfig, options) {
      return (await grpc.unary(rpc.createContainer, { podSandboxId, config, sandboxConfig }, options)).value;
    },
    async startContainer(id) {
      await grpc.unary(rpc.startContainer, { value: id });
    },
    async stopContainer(id, timeoutSeconds) {
      const timeout = 120_000 + timeoutSeconds * 1000;
      await ignoreMissing(grpc.unary(rpc.stopContainer, { id, timeout: timeoutSeconds }, { timeout }));
    },
    async removeContainer(id) {
      await ignoreMissing(grpc.unary(rpc.removeContainer, { value: id }));
    },
    async listContainers(filter) {
      return (await grpc.unary(rpc.listContainers, { filter })).items.map(listedContainer);
    },
    async containerStatus(id) {
      return statusOfContainer(id, (await grpc.unary(rpc.containerStatusMethod, { value: id })).value);
    },
    async updateContainerResources(id, linux) {
      await grpc.unary(rpc.updateContainerResources, { id, linux });
    },
    async reopenContainerLog(id) {
      await grpc.unary(rpc.reopenContainerLog, { value: id });
    },

    execSync(id, command, timeoutSeconds) {
      const timeout = timeoutSeconds > 0 ? timeoutSeconds * 1000 + 30_000 : 0;
      return grpc.unary(rpc.execSync, { id, command, timeout: timeoutSeconds }, { timeout });
    },
    async exec(request) {
      if (request.stdin) stuck.expect(request.containerId);
      return (await grpc.unary(rpc.exec, request)).value;
    },
    attach: async (request) => (await grpc.unary(rpc.attach, request)).value,
    portForward: async (id, ports) => (await grpc.unary(rpc.portForward, { id, ports })).value,

    async containerStats(id) {
      return statsOfContainer((await grpc.unary(rpc.containerStatsMethod, { value: id })).value);
    },
    async listContainerStats(filter) {
      return (await grpc.unary(rpc.listContainerStats, { filter })).items.map(statsOfContainer);
    },
    async listPodSandboxStats(filter) {
      return (await grpc.unary(rpc.listPodSandboxStats, { filter })).items.map(statsOfSandbox);
    },

    events: (signal) =>
      containerdEvents(grpc, service, clock, signal, (containerId, processId) => {
        void stuck.exited(containerId, processId);
      }),
  };
  return service;
}

async function ignoreMissing(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isCriError(error, 'notFound')) throw error;
  }
}

function withoutNulls(config: PodSandboxConfig): PodSandboxConfig {
  // Without linux, containerd 1.6 takes the sandbox for one on another system and fails.
  return config.linux ? config : { ...config, linux: {} };
}

function sandboxStatus(id: string, wire: WirePodSandboxStatus | undefined): PodSandboxStatus {
  if (!wire) throw new CriError('notFound', `sandbox ${id}: empty status`);
  const { network, ...rest } = wire;
  const ips = network ? [network.ip, ...network.additionalIps.map((a) => a.ip)].filter((ip) => ip) : [];
  return { ...rest, metadata: wire.metadata ?? NO_SANDBOX, ips };
}

function listedContainer(wire: WireContainer): Container {
  return { ...wire, metadata: wire.metadata ?? NO_CONTAINER, image: wire.image ?? { image: '' } };
}

function statusOfContainer(id: string, wire: WireContainerStatus | undefined): ContainerStatus {
  if (!wire) throw new CriError('notFound', `container ${id}: empty status`);
  return { ...wire, metadata: wire.metadata ?? NO_CONTAINER, image: wire.image ?? { image: '' } };
}

/** With an empty mountpoint where the runtime named none. */
export function filesystem(wire: WireFilesystemUsage) {
  return { ...wire, mountpoint: wire.mountpoint ?? '' };
}

function statsOfContainer(wire: WireContainerStats): ContainerStats {
  return { ...wire, writableLayer: wire.writableLayer && filesystem(wire.writableLayer) };
}

function statsOfSandbox(wire: WirePodSandboxStats): PodSandboxStats {
  const { attributes, linux } = wire;
  return { attributes, linux: linux && { ...linux, containers: linux.containers.map(statsOfContainer) } };
}
