// The records of the simulated runtime, which runtime.ts changes, and how callers' filters select them.
import type { ContainerConfig, LinuxContainerResources, PodSandboxConfig } from '../config.ts';
import type { Image } from '../image-types.ts';
import type { ContainerFilter, ContainerState, PodSandboxState } from '../runtime.ts';
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

/** A container that has not been started. */
export function createdContainer(
  made: Pick<SimulatedContainer, 'id' | 'sandboxId' | 'config' | 'image' | 'createdAt' | 'program'>,
  logDirectory = '',
): SimulatedContainer {
  const { logPath, linux } = made.config;
  return {
    ...made,
    state: 'created',
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    resources: linux?.resources,
    logPath: logPath ? `${logDirectory}/${logPath}` : '',
    logs: [],
  };
}

export function sameSandboxName(a: PodSandboxConfig['metadata'], b: PodSandboxConfig['metadata']): boolean {
  const attempt = (a.attempt ?? 0) === (b.attempt ?? 0);
  return attempt && a.name === b.name && a.namespace === b.namespace && a.uid === b.uid;
}

export function matches(filter: ContainerFilter, container: SimulatedContainer): boolean {
  const { id, state, podSandboxId, labelSelector } = filter;
  if (id && container.id !== id) return false;
  if (state && container.state !== state) return false;
  if (podSandboxId && container.sandboxId !== podSandboxId) return false;
  return selects(labelSelector, container.config.labels);
}

/** True when `labels` has every pair of `selector`. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: object | undefined,
): boolean {
  const have = (labels ?? {}) as Record<string, string>;
  return Object.entries(selector ?? {}).every(([key, value]) => have[key] === value);
}
