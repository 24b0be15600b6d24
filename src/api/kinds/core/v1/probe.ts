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
    command: list(1, text, { doc: 'The command and its arguments, without a shell.', listType: 'atomic' }),
  },
  { doc: 'Run a command; exit code 0 means success.' },
);
export interface ExecAction extends Of<typeof ExecAction> {}

export const GRPCAction = struct(
  'io.k8s.api.core.v1.GRPCAction',
  {
    port: required(int32(1, { doc: 'The port.', emit: 'always' })),
    service: string(2, { doc: 'The service to ask about.', default: '', emit: 'if-set' }),
  },
  { doc: 'Ask the standard gRPC health service.' },
);
export interface GRPCAction extends Of<typeof GRPCAction> {}

export const HTTPHeader = struct(
  'io.k8s.api.core.v1.HTTPHeader',
  {
    name: required(string(1, { doc: "The header's name.", emit: 'always' })),
    value: required(string(2, { doc: "The header's value.", emit: 'always' })),
  },
  { doc: 'A header that a probe sends.' },
);
export interface HTTPHeader extends Of<typeof HTTPHeader> {}

export const HTTPGetAction = struct(
  'io.k8s.api.core.v1.HTTPGetAction',
  {
    host: string(3, { doc: 'The host to ask; the pod if left out.' }),
    httpHeaders: list(5, HTTPHeader, { doc: 'Headers to send.', listType: 'atomic' }),
    path: string(1, { doc: 'The path to ask for.', assumed: '/' }),
    port: required(intOrString(2, { doc: 'The port, by number or name.', emit: 'always' })),
    scheme: string(4, { doc: 'HTTP or HTTPS.', assumed: 'HTTP', enum: ['HTTP', 'HTTPS'] }),
  },
  { doc: 'Send an HTTP GET; 200 to 399 means success.' },
);
export interface HTTPGetAction extends Of<typeof HTTPGetAction> {}

export const SleepAction = struct(
  'io.k8s.api.core.v1.SleepAction',
  {
    seconds: required(int64(1, { doc: 'How many seconds to wait.', emit: 'always' })),
  },
  { doc: 'Wait for a while.' },
);
export interface SleepAction extends Of<typeof SleepAction> {}

export const TCPSocketAction = struct(
  'io.k8s.api.core.v1.TCPSocketAction',
  {
    host: string(2, { doc: 'The host; the pod if left out.' }),
    port: required(intOrString(1, { doc: 'The port, by number or name.', emit: 'always' })),
  },
  { doc: 'Open a connection; that it opens means success.' },
);
export interface TCPSocketAction extends Of<typeof TCPSocketAction> {}

export const LifecycleHandler = struct(
  'io.k8s.api.core.v1.LifecycleHandler',
  {
    exec: ref(1, ExecAction, { doc: 'Run a command in the container.', emit: 'if-set' }),
    httpGet: ref(2, HTTPGetAction, { doc: 'Send an HTTP request.', emit: 'if-set' }),
    sleep: ref(4, SleepAction, { doc: 'Wait.', emit: 'if-set' }),
    tcpSocket: ref(3, TCPSocketAction, { doc: 'No longer used.', emit: 'if-set' }),
  },
  { doc: 'One thing to do.' },
);
export interface LifecycleHandler extends Of<typeof LifecycleHandler> {}

export const Lifecycle = struct(
  'io.k8s.api.core.v1.Lifecycle',
  {
    postStart: ref(1, LifecycleHandler, { doc: 'Done right after the start.', emit: 'if-set' }),
    preStop: ref(2, LifecycleHandler, {
      doc: 'Done before the stop; its time counts towards the grace period.',
      emit: 'if-set',
    }),
    stopSignal: string(3, {
      doc: 'The signal that asks the process to stop.',
      enum: signals,
      emit: 'if-set',
    }),
  },
  { doc: 'Things to do around the life of a container.' },
);
export interface Lifecycle extends Of<typeof Lifecycle> {}

export const Probe = struct(
  'io.k8s.api.core.v1.Probe',
  {
    exec: ref(1, ExecAction, { doc: 'Run a command in the container.', emit: 'if-set', inline: [1] }),
    failureThreshold: int32(6, { doc: 'So many failures in a row count as failed.', assumed: 3 }),
    grpc: ref(4, GRPCAction, { doc: 'Ask the standard gRPC health service.', emit: 'if-set', inline: [1] }),
    httpGet: ref(2, HTTPGetAction, { doc: 'Send an HTTP request.', emit: 'if-set', inline: [1] }),
    initialDelaySeconds: int32(2, { doc: 'Wait so long after the start.' }),
    periodSeconds: int32(4, { doc: 'How often to test.', assumed: 10 }),
    successThreshold: int32(5, { doc: 'So many successes in a row count as recovered.', assumed: 1 }),
    tcpSocket: ref(3, TCPSocketAction, { doc: 'Open a TCP connection.', emit: 'if-set', inline: [1] }),
    terminationGracePeriodSeconds: int64(7, {
      doc: "Overrides the pod's grace period when this probe ends the container.",
      emit: 'if-set',
    }),
    timeoutSeconds: int32(3, { doc: 'After so many seconds a test counts as failed.', assumed: 1 }),
  },
  { doc: 'A test that the kubelet runs again and again.' },
);
export interface Probe extends Of<typeof Probe> {}
