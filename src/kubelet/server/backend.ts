// What the kubelet's HTTPS server needs of the kubelet: pods, files, and the runtime's streaming URLs. Implemented by
// kubelet/backend.ts; nothing in server/ knows CRI. Container and sandbox ids are the runtime's, without scheme.

import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PageAnswer } from '../../api/zpages/zpage.ts';
import type { ServedDrivers } from '../csi/served-calls.ts';
import type { NodeFiles } from '../files/node-files.ts';

export interface ExecStreams {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

export interface ExecResult {
  stdout: Buffer;
  stderr: Buffer;
  exitCode: number;
}

/** The texts of /metrics and its inner pages. */
export type MetricsPage = 'metrics' | 'resource' | 'cadvisor' | 'probes' | 'slis';

export interface KubeletBackend {
  readonly nodeName: string;
  /** Where container logs and /logs/ are read. */
  readonly files: NodeFiles;
  /** All pods bound to this node, with the status the kubelet itself last computed. */
  pods(): readonly Readonly<Pod>[];
  pod(namespace: string, name: string): Readonly<Pod> | undefined;

  /** The running container of that name, if the runtime has one. */
  runningContainer(pod: Readonly<Pod>, container: string): Promise<string | undefined>;
  /** The pod's ready sandbox. */
  sandbox(pod: Readonly<Pod>): Promise<string | undefined>;
  /** Path of a container's log, also of an exited one; undefined when the runtime no longer knows the container. May throw an
   *  HttpFailure that says why there is none. */
  containerLogPath(containerId: string): Promise<string | undefined>;
  isContainerRunning(containerId: string): Promise<boolean>;

  /** The next three give a single-use URL of the runtime's streaming server. */
  exec(containerId: string, command: readonly string[], streams: ExecStreams): Promise<string>;
  attach(containerId: string, streams: ExecStreams): Promise<string>;
  portForward(sandboxId: string, ports: readonly number[]): Promise<string>;
  /** Runs a command to its end, without streams. */
  execSync(containerId: string, command: readonly string[]): Promise<ExecResult>;

  /** Prometheus text; undefined when the page is not served. */
  metrics(page: MetricsPage): Promise<string | undefined>;
  /** The body of /stats/summary. */
  summary(onlyCpuAndMemory: boolean): Promise<object>;
  /** /statusz and /flagz; undefined for another path, or when the page is turned off. */
  page(path: string, accept: string | undefined): PageAnswer | undefined;
  /** The kubelet's configuration for /configz. */
  configz(): object;
  /** What is wrong with the kubelet; undefined when it is healthy. */
  unhealthy(): string | undefined;
  /** The directory behind /logs/, normally /var/log; undefined serves none. */
  readonly logDirectory?: string;
  /** The node's CSI drivers; undefined where there cannot be any. */
  readonly csi?: ServedDrivers;
}
