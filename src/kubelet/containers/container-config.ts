// Builds the runtime's configuration of one container from what was prepared for it. Pure; called by container-starter.ts.
import type { ContainerConfig, Device, Image, LinuxContainerResources, Mount } from '../../cri/runtime.ts';
import type { EnvEntry } from '../env/container-env.ts';
import { expandAll } from '../env/expand.ts';
import type { Pod, PodContainer } from '../pod.ts';
import { containerSecurity, type SecurityContextOptions } from '../security/security-context.ts';
import { containerAnnotations, containerLabels } from '../view/labels.ts';

export interface ContainerInput {
  readonly pod: Pod;
  readonly container: PodContainer;
  readonly attempt: number;
  readonly image: Image;
  readonly env: readonly EnvEntry[];
  readonly mounts: readonly Mount[];
  readonly devices: readonly Device[];
  readonly resources: LinuxContainerResources;
  readonly security: SecurityContextOptions;
  /** Id of the container whose process namespace is joined. */
  readonly targetId?: string;
}

export function containerConfig(input: ContainerInput): ContainerConfig {
  const { pod, container, attempt, image, env, mounts, devices, resources, security, targetId } = input;
  const { spec } = container;
  const values = new Map(env.map(({ key, value }) => [key, value]));
  return {
    metadata: { name: spec.name, attempt },
    image: { image: image.id, userSpecifiedImage: spec.image ?? '' },
    command: expandAll(spec.command ?? [], values),
    args: expandAll(spec.args ?? [], values),
    ...(spec.workingDir && { workingDir: spec.workingDir }),
    envs: env,
    mounts,
    devices,
    labels: containerLabels(pod, spec),
    annotations: containerAnnotations(pod, container, attempt),
    logPath: containerLogPath(spec.name, attempt),
    stdin: spec.stdin ?? false,
    stdinOnce: spec.stdinOnce ?? false,
    tty: spec.tty ?? false,
    ...(spec.lifecycle?.stopSignal && { stopSignal: spec.lifecycle.stopSignal }),
    linux: {
      resources,
      securityContext: containerSecurity(pod, container, image, {
        ...security,
        ...(targetId !== undefined && { targetId }),
      }),
    },
  };
}

/** Relative to the pod's log directory. */
export const containerLogPath = (name: string, attempt: number): string => `${name}/${attempt}.log`;
