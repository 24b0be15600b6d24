// The simulated runtime's records in the form that the port answers with. Pure.
import type { Container, ContainerStats, ContainerStatus, PodSandbox } from '../runtime.ts';
import type { SimulatedContainer, SimulatedSandbox } from './state.ts';

export function listedSandbox({
  id,
  config,
  runtimeHandler,
  state,
  createdAt,
}: SimulatedSandbox): PodSandbox {
  return {
    id,
    metadata: { ...config.metadata, attempt: config.metadata.attempt ?? 0 },
    state,
    createdAt,
    labels: { ...config.labels },
    annotations: { ...config.annotations },
    runtimeHandler,
  };
}

export function listedContainer(container: SimulatedContainer): Container {
  const { id, sandboxId, config, image, state, createdAt } = container;
  return {
    id,
    podSandboxId: sandboxId,
    metadata: { name: config.metadata.name, attempt: config.metadata.attempt ?? 0 },
    image: config.image,
    imageRef: image.id,
    state,
    createdAt,
    labels: { ...config.labels },
    annotations: { ...config.annotations },
  };
}

export function statusOf(container: SimulatedContainer): ContainerStatus {
  const { podSandboxId: _, ...listed } = listedContainer(container);
  const { startedAt, finishedAt, exitCode, reason, message, logPath, resources, config } = container;
  const mounts = (config.mounts ?? []).map((m) => ({
    containerPath: m.containerPath,
    hostPath: m.hostPath,
    readonly: m.readonly ?? false,
  }));
  return { ...listed, startedAt, finishedAt, exitCode, reason, message, mounts, logPath, resources };
}

/** Invented figures: a hundredth of a core since the start, 4 MiB of memory. */
export function statsOf(container: SimulatedContainer, timestamp: number): ContainerStats {
  const runningMs = container.state === 'running' ? timestamp - container.startedAt : 0;
  const { id, metadata, labels, annotations } = listedContainer(container);
  return {
    attributes: { id, metadata, labels, annotations },
    cpu: { timestamp, usageCoreNanoSeconds: Math.round(runningMs * 1e4) },
    memory: { timestamp, workingSetBytes: 4 << 20, usageBytes: 4 << 20, rssBytes: 2 << 20 },
  };
}
