// The methods of CRI v1's RuntimeService: paths and the field numbers of requests and responses.
// From k8s.io/cri-api/pkg/apis/runtime/v1/api.proto.

import type { Method } from '../../../kit/grpc/client.ts';
import { bool, bytes, type Codec, enumeration, int32, int64, string } from '../../../kit/protobuf/codec.ts';
import { message, optional, repeated, stringMap, wrapper } from '../../../kit/protobuf/message.ts';
import type {
  ContainerConfig,
  ContainerState,
  LinuxContainerResources,
  PodSandboxConfig,
  PodSandboxState,
  RuntimeCondition,
  RuntimeHandler,
} from '../../runtime.ts';
import {
  container,
  containerState,
  containerStats,
  containerStatus,
  podSandbox,
  podSandboxStats,
  podSandboxStatus,
  runtimeCondition,
  sandboxState,
} from '../messages/answer-messages.ts';
import { containerConfig, linuxResources, podSandboxConfig } from '../messages/config-messages.ts';

type Message<T> = Method<T, T>['request'];

const method = <Req, Res>(name: string, request: Message<Req>, response: Message<Res>): Method<Req, Res> => ({
  path: `/runtime.v1.RuntimeService/${name}`,
  request,
  response,
});

const nothing = message<object>({});
/** An answer of one field, number 1. */
const one = <T>(codec: Codec<T>) => message<{ value: T }>({ value: [1, codec] });
const id = one(string);
const list = <T>(codec: Codec<T>) => message<{ items: T[] }>({ items: [1, repeated(codec)] });
const filtered = <F>(codec: Codec<F>) => message<{ filter?: F }>({ filter: [1, optional(codec)] });

interface SandboxFilter {
  id?: string;
  state?: PodSandboxState;
  labelSelector?: Record<string, string>;
}

interface ContainersFilter {
  id?: string;
  state?: ContainerState;
  podSandboxId?: string;
  labelSelector?: Record<string, string>;
}

interface StatsFilterMessage {
  id?: string;
  podSandboxId?: string;
  labelSelector?: Record<string, string>;
}

export const version = method(
  'Version',
  one(string),
  message<{ runtimeName: string; runtimeVersion: string; runtimeApiVersion: string }>({
    runtimeName: [2, string],
    runtimeVersion: [3, string],
    runtimeApiVersion: [4, string],
  }),
);

const runtimeHandler = message<RuntimeHandler>({
  name: [1, string],
  features: [
    2,
    optional(
      message<NonNullable<RuntimeHandler['features']>>({
        recursiveReadOnlyMounts: [1, bool],
        userNamespaces: [2, bool],
      }),
    ),
  ],
});

interface Status {
  status?: { conditions: RuntimeCondition[] };
  handlers: RuntimeHandler[];
  features?: { supplementalGroupsPolicy: boolean };
}

export const status = method(
  'Status',
  message<{ verbose: boolean }>({ verbose: [1, bool] }),
  message<Status>({
    status: [1, message<{ conditions: RuntimeCondition[] }>({ conditions: [1, repeated(runtimeCondition)] })],
    handlers: [3, repeated(runtimeHandler)],
    features: [4, message<{ supplementalGroupsPolicy: boolean }>({ supplementalGroupsPolicy: [1, bool] })],
  }),
);

export const updateRuntimeConfig = method('UpdateRuntimeConfig', one(wrapper(one(string))), nothing);

export const runPodSandbox = method(
  'RunPodSandbox',
  message<{ config: PodSandboxConfig; runtimeHandler?: string }>({
    config: [1, podSandboxConfig],
    runtimeHandler: [2, string],
  }),
  id,
);
export const stopPodSandbox = method('StopPodSandbox', id, nothing);
export const removePodSandbox = method('RemovePodSandbox', id, nothing);
export const podSandboxStatusMethod = method('PodSandboxStatus', id, one(optional(podSandboxStatus)));
export const listPodSandbox = method(
  'ListPodSandbox',
  filtered(
    message<SandboxFilter>({
      id: [1, string],
      state: [2, wrapper(sandboxState)],
      labelSelector: [3, stringMap],
    }),
  ),
  list(podSandbox),
);

export const createContainer = method(
  'CreateContainer',
  message<{ podSandboxId: string; config: ContainerConfig; sandboxConfig: PodSandboxConfig }>({
    podSandboxId: [1, string],
    config: [2, containerConfig],
    sandboxConfig: [3, podSandboxConfig],
  }),
  id,
);
export const startContainer = method('StartContainer', id, nothing);
export const stopContainer = method(
  'StopContainer',
  message<{ id: string; timeout: number }>({ id: [1, string], timeout: [2, int64] }),
  nothing,
);
export const removeContainer = method('RemoveContainer', id, nothing);
export const listContainers = method(
  'ListContainers',
  filtered(
    message<ContainersFilter>({
      id: [1, string],
      state: [2, wrapper(containerState)],
      podSandboxId: [3, string],
      labelSelector: [4, stringMap],
    }),
  ),
  list(container),
);
export const containerStatusMethod = method('ContainerStatus', id, one(optional(containerStatus)));
export const updateContainerResources = method(
  'UpdateContainerResources',
  message<{ id: string; linux: LinuxContainerResources }>({ id: [1, string], linux: [2, linuxResources] }),
  nothing,
);
export const reopenContainerLog = method('ReopenContainerLog', id, nothing);

export const execSync = method(
  'ExecSync',
  message<{ id: string; command: readonly string[]; timeout: number }>({
    id: [1, string],
    command: [2, repeated(string)],
    timeout: [3, int64],
  }),
  message<{ stdout: Buffer; stderr: Buffer; exitCode: number }>({
    stdout: [1, bytes],
    stderr: [2, bytes],
    exitCode: [3, int32],
  }),
);

interface Streams {
  containerId: string;
  tty?: boolean;
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
}

export const exec = method(
  'Exec',
  message<Streams & { command: readonly string[] }>({
    containerId: [1, string],
    command: [2, repeated(string)],
    tty: [3, bool],
    stdin: [4, bool],
    stdout: [5, bool],
    stderr: [6, bool],
  }),
  id,
);
export const attach = method(
  'Attach',
  message<Streams>({
    containerId: [1, string],
    stdin: [2, bool],
    tty: [3, bool],
    stdout: [4, bool],
    stderr: [5, bool],
  }),
  id,
);
export const portForward = method(
  'PortForward',
  message<{ id: string; ports: readonly number[] }>({ id: [1, string], ports: [2, repeated(int32)] }),
  id,
);

const statsFilter = message<StatsFilterMessage>({
  id: [1, string],
  podSandboxId: [2, string],
  labelSelector: [3, stringMap],
});
const podStatsFilter = message<Omit<StatsFilterMessage, 'podSandboxId'>>({
  id: [1, string],
  labelSelector: [2, stringMap],
});
export const containerStatsMethod = method('ContainerStats', id, one(containerStats));
export const listContainerStats = method('ListContainerStats', filtered(statsFilter), list(containerStats));
export const listPodSandboxStats = method(
  'ListPodSandboxStats',
  filtered(podStatsFilter),
  list(podSandboxStats),
);

/** Nothing is said, or the driver: 0 is systemd. */
export const runtimeConfig = method(
  'RuntimeConfig',
  nothing,
  message<{ linux?: { cgroupDriver: 'systemd' | 'cgroupfs' } }>({
    linux: [
      1,
      optional(
        message<{ cgroupDriver: 'systemd' | 'cgroupfs' }>({
          cgroupDriver: [1, enumeration('systemd', 'cgroupfs')],
        }),
      ),
    ],
  }),
);

export const containerEvents = method(
  'GetContainerEvents',
  nothing,
  message<{ containerId: string; kind: 'created' | 'started' | 'exited' | 'deleted' }>({
    containerId: [1, string],
    kind: [2, enumeration('created', 'started', 'exited', 'deleted')],
  }),
);
