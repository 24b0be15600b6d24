import { boolean, int32, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';
import { EnvFromSource, EnvVar } from './env.ts';
import { Lifecycle, Probe } from './probe.ts';
import { ContainerResizePolicy, ContainerRestartRule, ResourceRequirements } from './resources.ts';
import { SecurityContext } from './security-context.ts';

export const ContainerPort = struct('io.k8s.api.core.v1.ContainerPort', {
  containerPort: required(int32(3, { emit: 'always' })),
  hostIP: string(5),
  hostPort: int32(2),
  name: string(1),
  protocol: string(4, { enum: ['SCTP', 'TCP', 'UDP'], default: 'TCP' }),
});
export interface ContainerPort extends Of<typeof ContainerPort> {}

export const VolumeDevice = struct('io.k8s.api.core.v1.VolumeDevice', {
  devicePath: required(string(2, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
});
export interface VolumeDevice extends Of<typeof VolumeDevice> {}

export const VolumeMount = struct('io.k8s.api.core.v1.VolumeMount', {
  mountPath: required(string(3, { emit: 'always' })),
  mountPropagation: string(5, { enum: ['Bidirectional', 'HostToContainer', 'None'], emit: 'if-set' }),
  name: required(string(1, { emit: 'always' })),
  readOnly: boolean(2),
  recursiveReadOnly: string(7, { emit: 'if-set' }),
  subPath: string(4),
  subPathExpr: string(6),
});
export interface VolumeMount extends Of<typeof VolumeMount> {}

export const Container = struct('io.k8s.api.core.v1.Container', {
  args: list(4, text, { listType: 'atomic' }),
  command: list(3, text, { listType: 'atomic' }),
  env: list(7, EnvVar, { listType: 'map', keys: ['name'], merge: 'name' }),
  envFrom: list(19, EnvFromSource, { listType: 'atomic' }),
  image: string(2),
  imagePullPolicy: string(14, { enum: ['Always', 'IfNotPresent', 'Never'] }),
  lifecycle: ref(12, Lifecycle, { emit: 'if-set' }),
  livenessProbe: ref(10, Probe, { emit: 'if-set' }),
  name: required(string(1, { emit: 'always' })),
  ports: list(6, ContainerPort, {
    listType: 'map',
    keys: ['containerPort', 'protocol'],
    merge: 'containerPort',
  }),
  readinessProbe: ref(11, Probe, { emit: 'if-set' }),
  resizePolicy: list(23, ContainerResizePolicy, { listType: 'atomic' }),
  resources: ref(8, ResourceRequirements, { emit: 'always' }),
  restartPolicy: string(24, { emit: 'if-set' }),
  restartPolicyRules: list(25, ContainerRestartRule, { listType: 'atomic' }),
  securityContext: ref(15, SecurityContext, { emit: 'if-set' }),
  startupProbe: ref(22, Probe, { emit: 'if-set' }),
  stdin: boolean(16),
  stdinOnce: boolean(17),
  terminationMessagePath: string(13, { assumed: '/dev/termination-log' }),
  terminationMessagePolicy: string(20, { assumed: 'File', enum: ['FallbackToLogsOnError', 'File'] }),
  tty: boolean(18),
  volumeDevices: list(21, VolumeDevice, { listType: 'map', keys: ['devicePath'], merge: 'devicePath' }),
  volumeMounts: list(9, VolumeMount, { listType: 'map', keys: ['mountPath'], merge: 'mountPath' }),
  workingDir: string(5),
});
export interface Container extends Of<typeof Container> {}

export const EphemeralContainer = struct('io.k8s.api.core.v1.EphemeralContainer', {
  args: list(4, text, { listType: 'atomic', inline: [1] }),
  command: list(3, text, { listType: 'atomic', inline: [1] }),
  env: list(7, EnvVar, {
    listType: 'map',
    keys: ['name'],
    merge: 'name',
    inline: [1],
  }),
  envFrom: list(19, EnvFromSource, { listType: 'atomic', inline: [1] }),
  image: string(2, { inline: [1] }),
  imagePullPolicy: string(14, {
    enum: ['Always', 'IfNotPresent', 'Never'],
    inline: [1],
  }),
  lifecycle: ref(12, Lifecycle, { emit: 'if-set', inline: [1] }),
  livenessProbe: ref(10, Probe, { emit: 'if-set', inline: [1] }),
  name: required(string(1, { emit: 'always', inline: [1] })),
  ports: list(6, ContainerPort, {
    listType: 'map',
    keys: ['containerPort', 'protocol'],
    merge: 'containerPort',
    inline: [1],
  }),
  readinessProbe: ref(11, Probe, { emit: 'if-set', inline: [1] }),
  resizePolicy: list(23, ContainerResizePolicy, { listType: 'atomic', inline: [1] }),
  resources: ref(8, ResourceRequirements, { emit: 'always', inline: [1] }),
  restartPolicy: string(24, { emit: 'if-set', inline: [1] }),
  restartPolicyRules: list(25, ContainerRestartRule, {
    listType: 'atomic',
    inline: [1],
  }),
  securityContext: ref(15, SecurityContext, { emit: 'if-set', inline: [1] }),
  startupProbe: ref(22, Probe, { emit: 'if-set', inline: [1] }),
  stdin: boolean(16, { inline: [1] }),
  stdinOnce: boolean(17, { inline: [1] }),
  targetContainerName: string(2),
  terminationMessagePath: string(13, {
    assumed: '/dev/termination-log',
    inline: [1],
  }),
  terminationMessagePolicy: string(20, {
    assumed: 'File',
    enum: ['FallbackToLogsOnError', 'File'],
    inline: [1],
  }),
  tty: boolean(18, { inline: [1] }),
  volumeDevices: list(21, VolumeDevice, {
    listType: 'map',
    keys: ['devicePath'],
    merge: 'devicePath',
    inline: [1],
  }),
  volumeMounts: list(9, VolumeMount, {
    listType: 'map',
    keys: ['mountPath'],
    merge: 'mountPath',
    inline: [1],
  }),
  workingDir: string(5, { inline: [1] }),
});
export interface EphemeralContainer extends Of<typeof EphemeralContainer> {}
