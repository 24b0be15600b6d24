// Connects to a runtime that somebody else keeps running, by CRI v1 alone: nothing is asked that is not in that contract.
// Called by cluster for a node with --container-runtime-endpoint. Upstream: validateServiceConnection in
// staging/src/k8s.io/cri-client, and getRuntimeConfig of the kubelet.
import type { Clock } from '../../kit/clock.ts';
import { openChannel } from '../containerd/channel.ts';
import { criImageService } from '../containerd/services/image-service.ts';
import { runtimeConfig } from '../containerd/services/runtime-methods.ts';
import { runtimeService } from '../containerd/services/runtime-service.ts';
import { CriError, isCriError } from '../error.ts';
import type { ContainerRuntime, ExecSyncResult, RuntimeVersion } from '../runtime.ts';
import { socketOf } from './endpoint.ts';
import { runtimeEvents } from './events.ts';

export type CgroupDriver = 'cgroupfs' | 'systemd';

export interface EndpointOptions {
  /** Such as unix:///run/crio/crio.sock; a path will do. */
  readonly endpoint: string;
  /** Where its image service is another socket. */
  readonly imageEndpoint?: string;
  readonly clock: Clock;
}

export interface ConnectedRuntime {
  readonly runtime: ContainerRuntime;
  readonly version: RuntimeVersion;
  /** Who makes cgroups; undefined where the runtime does not tell (containerd before 2.0). */
  readonly cgroupDriver: CgroupDriver | undefined;
}

/** Throws, with upstream's words, when nothing answers there or what answers does not speak CRI v1. */
export async function connectRuntime(options: EndpointOptions): Promise<ConnectedRuntime> {
  const { endpoint, imageEndpoint = endpoint } = options;
  const runtime = openEndpoint(options);
  try {
    const version = await validated('runtime', endpoint, () => runtime.version());
    await validated('image', imageEndpoint, () => runtime.imageFsInfo());
    return { runtime, version, cgroupDriver: await cgroupDriverOf(options) };
  } catch (error) {
    runtime.close();
    throw error;
  }
}

/** Nothing is dialed before the first call. */
export function openEndpoint({ endpoint, imageEndpoint, clock }: EndpointOptions): ContainerRuntime {
  const grpc = openChannel(socketOf(endpoint), clock);
  const images = imageEndpoint ? openChannel(socketOf(imageEndpoint), clock) : grpc;
  const service = runtimeService(grpc, clock);
  return {
    ...service,
    async execSync(...call) {
      const result = await service.execSync(...call);
      if (isTimeout(result)) throw new CriError('deadlineExceeded', TIMED_OUT);
      return result;
    },
    events: (signal) => runtimeEvents(grpc, service, clock, signal),
    ...criImageService(images),
    imageMount: async () => {
      throw new CriError('unimplemented', 'the runtime mounts images itself');
    },
    releaseImageMount: async () => {},
    close() {
      grpc.close();
      images.close();
    },
  };
}

/** What CRI-O answers for a command that took too long; programs have no such exit code. */
const TIMED_OUT = 'command timed out';
const isTimeout = ({ exitCode, stderr }: ExecSyncResult): boolean =>
  exitCode === -1 && stderr.toString().startsWith(TIMED_OUT);

async function cgroupDriverOf({ endpoint, clock }: EndpointOptions): Promise<CgroupDriver | undefined> {
  const grpc = openChannel(socketOf(endpoint), clock);
  try {
    return (await grpc.unary(runtimeConfig, {})).linux?.cgroupDriver;
  } catch (error) {
    if (isCriError(error, 'unimplemented')) return undefined;
    throw error;
  } finally {
    grpc.close();
  }
}

async function validated<T>(
  service: 'runtime' | 'image',
  endpoint: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isCriError(error)) throw error;
    const hint = HINTS[error.code];
    const message = `validate service connection: validate CRI v1 ${service} API for endpoint "${endpoint}": ${error.message}`;
    throw new CriError(error.code, hint ? `${message} (${hint})` : message, { cause: error });
  }
}

const HINTS: Partial<Record<CriError['code'], string>> = {
  unavailable: 'is the runtime running, and is this its socket?',
  unimplemented: 'the runtime is too old for CRI v1, or CRI is switched off in its configuration',
  permissionDenied: 'run the node agent as root',
};
