// How the simulated runtime's records look through the port. Pure.
import type { Container, ContainerStatus, PodSandbox } from '../runtime.ts';
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
