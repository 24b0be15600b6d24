// What the simulated runtime remembers. Plain records; runtime.ts changes them.
import type { ContainerConfig, LinuxContainerResources, PodSandboxConfig } from '../config.ts';
import type { Image } from '../image-types.ts';
import type { ContainerState, PodSandboxState } from '../runtime.ts';
import type { Program } from './program.ts';

export interface SimulatedSandbox {
  id: string;
  config: PodSandboxConfig;
  runtimeHandler: string;
  state: PodSandboxState;
  createdAt: number;
  ips: string[];
}

export interface SimulatedContainer {
  id: string;
  sandboxId: string;
  config: ContainerConfig;
  image: Image;
  state: ContainerState;
  createdAt: number;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  reason: string;
  message: string;
  resources?: LinuxContainerResources;
  logPath: string;
  logs: string[];
  program: Program;
}

export function sameSandboxName(a: PodSandboxConfig['metadata'], b: PodSandboxConfig['metadata']): boolean {
  const attempt = (a.attempt ?? 0) === (b.attempt ?? 0);
  return attempt && a.name === b.name && a.namespace === b.namespace && a.uid === b.uid;
}

/** True when `labels` has all that `selector` asks for. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: object | undefined,
): boolean {
  const have = (labels ?? {}) as Record<string, string>;
  return Object.entries(selector ?? {}).every(([key, value]) => have[key] === value);
}
