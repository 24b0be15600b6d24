import {
  int32,
  int64,
  intOrString,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';
import { signals } from './signals.ts';

export const ExecAction = struct(
  'io.k8s.api.core.v1.ExecAction',
  {
    command: list(1, text, {
      doc: 'Command and arguments, not executed within a shell.',
      listType: 'atomic',
    }),
  },
  { doc: 'Runs a command in the container. Exit code 0 means success.' },
);
export interface ExecAction extends Of<typeof ExecAction> {}

export const GRPCAction = struct(
  'io.k8s.api.core.v1.GRPCAction',
  {
    port: required(int32(1, { doc: 'Port number.', emit: 'always' })),
    service: string(2, {
      doc: 'Service name to send in the health check request.',
      default: '',
      emit: 'if-set',
    }),
  },
  { doc: 'Checks a gRPC health service.' },
);
export interface GRPCAction extends Of<typeof GRPCAction> {}

export const HTTPHeader = struct(
  'io.k8s.api.core.v1.HTTPHeader',
  {
    name: required(string(1, { doc: 'Name of the header.', emit: 'always' })),
    value: required(string(2, { doc: 'Value of the header.', emit: 'always' })),
  },
  { doc: 'HTTP header to send in a request.' },
);
export interface HTTPHeader extends Of<typeof HTTPHeader> {}

export const HTTPGetAction = struct(
  'io.k8s.api.core.v1.HTTPGetAction',
  {
    host: string(3, { doc: 'Host name to connect to. Defaults to the pod IP.' }),
    httpHeaders: list(5, HTTPHeader, { doc: 'HTTP headers to send.', listType: 'atomic' }),
    path: string(1, { doc: 'Path to request.', assumed: '/' }),
    port: required(intOrString(2, { doc: 'Number or name of the port.', emit: 'always' })),
    scheme: string(4, {
      doc: 'Scheme to use: HTTP or HTTPS. Defaults to HTTP.',
      assumed: 'HTTP',
      enum: ['HTTP', 'HTTPS'],
    }),
  },
  { doc: 'Sends an HTTP GET request. A status code from 200 to 399 means success.' },
);
export interface HTTPGetAction extends Of<typeof HTTPGetAction> {}

export const SleepAction = struct(
  'io.k8s.api.core.v1.SleepAction',
  {
    seconds: required(int64(1, { doc: 'Number of seconds to sleep.', emit: 'always' })),
  },
  { doc: 'Sleeps for a number of seconds.' },
);
export interface SleepAction extends Of<typeof SleepAction> {}

export const TCPSocketAction = struct(
  'io.k8s.api.core.v1.TCPSocketAction',
  {
    host: string(2, { doc: 'Host name to connect to. Defaults to the pod IP.' }),
    port: required(intOrString(1, { doc: 'Number or name of the port.', emit: 'always' })),
  },
  { doc: 'Opens a TCP connection. Success means that the port accepts it.' },
);
export interface TCPSocketAction extends Of<typeof TCPSocketAction> {}

export const LifecycleHandler = struct(
  'io.k8s.api.core.v1.LifecycleHandler',
  {
    exec: ref(1, ExecAction, { doc: 'Command to run in the container.', emit: 'if-set' }),
    httpGet: ref(2, HTTPGetAction, { doc: 'HTTP GET request to send.', emit: 'if-set' }),
    sleep: ref(4, SleepAction, { doc: 'Duration to sleep.', emit: 'if-set' }),
    tcpSocket: ref(3, TCPSocketAction, {
      doc: 'Deprecated and not supported for lifecycle handlers.',
      emit: 'if-set',
    }),
  },
  { doc: 'Action to take in response to a lifecycle event.' },
);
export interface LifecycleHandler extends Of<typeof LifecycleHandler> {}

export const Lifecycle = struct(
  'io.k8s.api.core.v1.Lifecycle',
  {
    postStart: ref(1, LifecycleHandler, {
      doc: 'Action to take immediately after the container has started.',
      emit: 'if-set',
    }),
    preStop: ref(2, LifecycleHandler, {
      doc: 'Action to take before the container is stopped. Its duration counts towards the grace period.',
      emit: 'if-set',
    }),
    stopSignal: string(3, {
      doc: 'Signal to send to stop the container. Defaults to that of the image or of the runtime.',
      enum: signals,
      emit: 'if-set',
    }),
  },
  { doc: 'Actions in response to lifecycle events of a container.' },
);
export interface Lifecycle extends Of<typeof Lifecycle> {}

export const Probe = struct(
  'io.k8s.api.core.v1.Probe',
  {
    exec: ref(1, ExecAction, { doc: 'Command to run in the container.', emit: 'if-set', inline: [1] }),
    failureThreshold: int32(6, {
      doc: 'Number of consecutive failures after which the probe is considered failed. Defaults to 3.',
      assumed: 3,
    }),
    grpc: ref(4, GRPCAction, { doc: 'Checks a gRPC health service.', emit: 'if-set', inline: [1] }),
    httpGet: ref(2, HTTPGetAction, { doc: 'HTTP GET request to send.', emit: 'if-set', inline: [1] }),
    initialDelaySeconds: int32(2, {
      doc: 'Number of seconds after the start of the container before the first probe. Defaults to 0.',
    }),
    periodSeconds: int32(4, { doc: 'Interval between probes in seconds. Defaults to 10.', assumed: 10 }),
    successThreshold: int32(5, {
      doc: 'Number of consecutive successes after which a failed probe is considered successful. Defaults to 1.',
      assumed: 1,
    }),
    tcpSocket: ref(3, TCPSocketAction, { doc: 'TCP connection to open.', emit: 'if-set', inline: [1] }),
    terminationGracePeriodSeconds: int64(7, {
      doc: 'Grace period in seconds if this probe stops the container. Overrides that of the pod.',
      emit: 'if-set',
    }),
    timeoutSeconds: int32(3, {
      doc: 'Number of seconds after which a probe times out. Defaults to 1.',
      assumed: 1,
    }),
  },
  { doc: 'Health check that the kubelet performs on a container periodically.' },
);
export interface Probe extends Of<typeof Probe> {}
