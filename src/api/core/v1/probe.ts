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
} from '../../schema/notation.ts';

export const ExecAction = struct('io.k8s.api.core.v1.ExecAction', {
  command: list(1, text, { listType: 'atomic' }),
});
export interface ExecAction extends Of<typeof ExecAction> {}

export const GRPCAction = struct('io.k8s.api.core.v1.GRPCAction', {
  port: required(int32(1, { emit: 'always' })),
  service: string(2, { default: '', emit: 'if-set' }),
});
export interface GRPCAction extends Of<typeof GRPCAction> {}

export const HTTPHeader = struct('io.k8s.api.core.v1.HTTPHeader', {
  name: required(string(1, { emit: 'always' })),
  value: required(string(2, { emit: 'always' })),
});
export interface HTTPHeader extends Of<typeof HTTPHeader> {}

export const HTTPGetAction = struct('io.k8s.api.core.v1.HTTPGetAction', {
  host: string(3),
  httpHeaders: list(5, HTTPHeader, { listType: 'atomic' }),
  path: string(1, { assumed: '/' }),
  port: required(intOrString(2, { emit: 'always' })),
  scheme: string(4, { assumed: 'HTTP', enum: ['HTTP', 'HTTPS'] }),
});
export interface HTTPGetAction extends Of<typeof HTTPGetAction> {}

export const SleepAction = struct('io.k8s.api.core.v1.SleepAction', {
  seconds: required(int64(1, { emit: 'always' })),
});
export interface SleepAction extends Of<typeof SleepAction> {}

export const TCPSocketAction = struct('io.k8s.api.core.v1.TCPSocketAction', {
  host: string(2),
  port: required(intOrString(1, { emit: 'always' })),
});
export interface TCPSocketAction extends Of<typeof TCPSocketAction> {}

export const LifecycleHandler = struct('io.k8s.api.core.v1.LifecycleHandler', {
  exec: ref(1, ExecAction, { emit: 'if-set' }),
  httpGet: ref(2, HTTPGetAction, { emit: 'if-set' }),
  sleep: ref(4, SleepAction, { emit: 'if-set' }),
  tcpSocket: ref(3, TCPSocketAction, { emit: 'if-set' }),
});
export interface LifecycleHandler extends Of<typeof LifecycleHandler> {}

export const Lifecycle = struct('io.k8s.api.core.v1.Lifecycle', {
  postStart: ref(1, LifecycleHandler, { emit: 'if-set' }),
  preStop: ref(2, LifecycleHandler, { emit: 'if-set' }),
  stopSignal: string(3, {
    enum: [
      'SIGABRT',
      'SIGALRM',
      'SIGBUS',
      'SIGCHLD',
      'SIGCLD',
      'SIGCONT',
      'SIGFPE',
      'SIGHUP',
      'SIGILL',
      'SIGINT',
      'SIGIO',
      'SIGIOT',
      'SIGKILL',
      'SIGPIPE',
      'SIGPOLL',
      'SIGPROF',
      'SIGPWR',
      'SIGQUIT',
      'SIGRTMAX',
      'SIGRTMAX-1',
      'SIGRTMAX-10',
      'SIGRTMAX-11',
      'SIGRTMAX-12',
      'SIGRTMAX-13',
      'SIGRTMAX-14',
      'SIGRTMAX-2',
      'SIGRTMAX-3',
      'SIGRTMAX-4',
      'SIGRTMAX-5',
      'SIGRTMAX-6',
      'SIGRTMAX-7',
      'SIGRTMAX-8',
      'SIGRTMAX-9',
      'SIGRTMIN',
      'SIGRTMIN+1',
      'SIGRTMIN+10',
      'SIGRTMIN+11',
      'SIGRTMIN+12',
      'SIGRTMIN+13',
      'SIGRTMIN+14',
      'SIGRTMIN+15',
      'SIGRTMIN+2',
      'SIGRTMIN+3',
      'SIGRTMIN+4',
      'SIGRTMIN+5',
      'SIGRTMIN+6',
      'SIGRTMIN+7',
      'SIGRTMIN+8',
      'SIGRTMIN+9',
      'SIGSEGV',
      'SIGSTKFLT',
      'SIGSTOP',
      'SIGSYS',
      'SIGTERM',
      'SIGTRAP',
      'SIGTSTP',
      'SIGTTIN',
      'SIGTTOU',
      'SIGURG',
      'SIGUSR1',
      'SIGUSR2',
      'SIGVTALRM',
      'SIGWINCH',
      'SIGXCPU',
      'SIGXFSZ',
    ],
    emit: 'if-set',
  }),
});
export interface Lifecycle extends Of<typeof Lifecycle> {}

export const Probe = struct('io.k8s.api.core.v1.Probe', {
  exec: ref(1, ExecAction, { emit: 'if-set', inline: [1] }),
  failureThreshold: int32(6, { assumed: 3 }),
  grpc: ref(4, GRPCAction, { emit: 'if-set', inline: [1] }),
  httpGet: ref(2, HTTPGetAction, { emit: 'if-set', inline: [1] }),
  initialDelaySeconds: int32(2),
  periodSeconds: int32(4, { assumed: 10 }),
  successThreshold: int32(5, { assumed: 1 }),
  tcpSocket: ref(3, TCPSocketAction, { emit: 'if-set', inline: [1] }),
  terminationGracePeriodSeconds: int64(7, { emit: 'if-set' }),
  timeoutSeconds: int32(3, { assumed: 1 }),
});
export interface Probe extends Of<typeof Probe> {}
