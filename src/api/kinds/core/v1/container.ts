import {
  boolean,
  int32,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';
import { EnvFromSource, EnvVar } from './env.ts';
import { Lifecycle, Probe } from './probe.ts';
import { ContainerResizePolicy, ContainerRestartRule, ResourceRequirements } from './resources.ts';
import { SecurityContext } from './security-context.ts';

export const ContainerPort = struct(
  'io.k8s.api.core.v1.ContainerPort',
  {
    containerPort: required(int32(3, { doc: 'The port inside the pod.', emit: 'always' })),
    hostIP: string(5, { doc: "The node's address for hostPort." }),
    hostPort: int32(2, { doc: 'The same port on the node.' }),
    name: string(1, { doc: 'A name that services can refer to.' }),
    protocol: string(4, { doc: 'TCP, UDP or SCTP.', enum: ['SCTP', 'TCP', 'UDP'], default: 'TCP' }),
  },
  { doc: 'A port that a container listens on.' },
);
export interface ContainerPort extends Of<typeof ContainerPort> {}

export const VolumeDevice = struct(
  'io.k8s.api.core.v1.VolumeDevice',
  {
    devicePath: required(string(2, { doc: 'The path of the device in the container.', emit: 'always' })),
    name: required(
      string(1, { doc: "The name of the pod's volume; it must be a claim of mode Block.", emit: 'always' }),
    ),
  },
  { doc: 'A block volume, shown in the container as a device.' },
);
export interface VolumeDevice extends Of<typeof VolumeDevice> {}

export const VolumeMount = struct(
  'io.k8s.api.core.v1.VolumeMount',
  {
    mountPath: required(string(3, { doc: 'The directory in the container.', emit: 'always' })),
    mountPropagation: string(5, {
      doc: 'Whether later mounts pass between node and container.',
      enum: ['Bidirectional', 'HostToContainer', 'None'],
      emit: 'if-set',
    }),
    name: required(string(1, { doc: 'The volume.', emit: 'always' })),
    readOnly: boolean(2, { doc: 'Mount it read-only.' }),
    recursiveReadOnly: string(7, { doc: 'Make mounts below it read-only, too.', emit: 'if-set' }),
    subPath: string(4, { doc: 'A path inside the volume, instead of its root.' }),
    subPathExpr: string(6, { doc: 'Like subPath, with $(NAME) for environment variables.' }),
  },
  { doc: 'Where a volume appears in a container.' },
);
export interface VolumeMount extends Of<typeof VolumeMount> {}

export const Container = struct(
  'io.k8s.api.core.v1.Container',
  {
    args: list(4, text, {
      doc: "Arguments of the command; the image's own if left out. $(NAME) stands for environment variables.",
      listType: 'atomic',
    }),
    command: list(3, text, {
      doc: "What to run, without a shell; the image's own if left out.",
      listType: 'atomic',
    }),
    env: list(7, EnvVar, { doc: 'Environment variables.', listType: 'map', keys: ['name'], merge: 'name' }),
    envFrom: list(19, EnvFromSource, {
      doc: 'Whole config maps and secrets as environment variables; env wins over them.',
      listType: 'atomic',
    }),
    image: string(2, { doc: 'The image to run.' }),
    imagePullPolicy: string(14, {
      doc: 'When the image is pulled: Always, Never or IfNotPresent. Always is the default for :latest.',
      enum: ['Always', 'IfNotPresent', 'Never'],
    }),
    lifecycle: ref(12, Lifecycle, { doc: 'What to do after the start and before the stop.', emit: 'if-set' }),
    livenessProbe: ref(10, Probe, { doc: 'When this fails, the container is restarted.', emit: 'if-set' }),
    name: required(string(1, { doc: 'The name of the container, unique in the pod.', emit: 'always' })),
    ports: list(6, ContainerPort, {
      doc: 'Ports that the container listens on. For information, and for names of ports.',
      listType: 'map',
      keys: ['containerPort', 'protocol'],
      merge: 'containerPort',
    }),
    readinessProbe: ref(11, Probe, {
      doc: 'While this fails, the pod gets no traffic from services.',
      emit: 'if-set',
    }),
    resizePolicy: list(23, ContainerResizePolicy, {
      doc: 'Whether a change of resources restarts the container.',
      listType: 'atomic',
    }),
    resources: ref(8, ResourceRequirements, { doc: 'What the container needs and may use.', emit: 'always' }),
    restartPolicy: string(24, {
      doc: "Overrides the pod's policy; Always makes an init container a sidecar.",
      emit: 'if-set',
    }),
    restartPolicyRules: list(25, ContainerRestartRule, {
      doc: 'What to do after certain exit codes; restartPolicy decides about the others.',
      listType: 'atomic',
    }),
    securityContext: ref(15, SecurityContext, {
      doc: 'Security settings; they win over those of the pod.',
      emit: 'if-set',
    }),
    startupProbe: ref(22, Probe, { doc: 'Until this succeeds, the other probes wait.', emit: 'if-set' }),
    stdin: boolean(16, { doc: 'Keep standard input open.' }),
    stdinOnce: boolean(17, { doc: 'Close standard input after the first client has gone.' }),
    terminationMessagePath: string(13, {
      doc: 'A file whose content becomes the message of the ended container.',
      assumed: '/dev/termination-log',
    }),
    terminationMessagePolicy: string(20, {
      doc: 'File, or FallbackToLogsOnError to use the end of the log if the file is empty.',
      assumed: 'File',
      enum: ['FallbackToLogsOnError', 'File'],
    }),
    tty: boolean(18, { doc: 'Give the process a terminal; needs stdin.' }),
    volumeDevices: list(21, VolumeDevice, {
      doc: 'Block volumes that appear as devices.',
      listType: 'map',
      keys: ['devicePath'],
      merge: 'devicePath',
    }),
    volumeMounts: list(9, VolumeMount, {
      doc: 'Volumes to mount, and where.',
      listType: 'map',
      keys: ['mountPath'],
      merge: 'mountPath',
    }),
    workingDir: string(5, { doc: "The directory in which the process starts; the image's own if left out." }),
  },
  { doc: 'One program from an image, with its environment and limits.' },
);
export interface Container extends Of<typeof Container> {}

export const EphemeralContainer = struct(
  'io.k8s.api.core.v1.EphemeralContainer',
  {
    args: list(4, text, {
      doc: "Arguments of the command; the image's own if left out.",
      listType: 'atomic',
      inline: [1],
    }),
    command: list(3, text, {
      doc: "What to run, without a shell; the image's own if left out.",
      listType: 'atomic',
      inline: [1],
    }),
    env: list(7, EnvVar, {
      doc: 'Environment variables.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      inline: [1],
    }),
    envFrom: list(19, EnvFromSource, {
      doc: 'Whole config maps and secrets as environment variables; env wins over them.',
      listType: 'atomic',
      inline: [1],
    }),
    image: string(2, { doc: 'The image to run.', inline: [1] }),
    imagePullPolicy: string(14, {
      doc: 'When the image is pulled: Always, Never or IfNotPresent. Always is the default for :latest.',
      enum: ['Always', 'IfNotPresent', 'Never'],
      inline: [1],
    }),
    lifecycle: ref(12, Lifecycle, {
      doc: 'What to do after the start and before the stop.',
      emit: 'if-set',
      inline: [1],
    }),
    livenessProbe: ref(10, Probe, {
      doc: 'When this fails, the container is restarted.',
      emit: 'if-set',
      inline: [1],
    }),
    name: required(
      string(1, { doc: 'The name of the container, unique in the pod.', emit: 'always', inline: [1] }),
    ),
    ports: list(6, ContainerPort, {
      doc: 'Ports that the container listens on. For information, and for names of ports.',
      listType: 'map',
      keys: ['containerPort', 'protocol'],
      merge: 'containerPort',
      inline: [1],
    }),
    readinessProbe: ref(11, Probe, {
      doc: 'While this fails, the pod gets no traffic from services.',
      emit: 'if-set',
      inline: [1],
    }),
    resizePolicy: list(23, ContainerResizePolicy, {
      doc: 'Whether a change of resources restarts the container.',
      listType: 'atomic',
      inline: [1],
    }),
    resources: ref(8, ResourceRequirements, {
      doc: 'What the container needs and may use.',
      emit: 'always',
      inline: [1],
    }),
    restartPolicy: string(24, {
      doc: "Overrides the pod's policy; Always makes an init container a sidecar.",
      emit: 'if-set',
      inline: [1],
    }),
    restartPolicyRules: list(25, ContainerRestartRule, {
      doc: 'What to do after certain exit codes; restartPolicy decides about the others.',
      listType: 'atomic',
      inline: [1],
    }),
    securityContext: ref(15, SecurityContext, {
      doc: 'Security settings; they win over those of the pod.',
      emit: 'if-set',
      inline: [1],
    }),
    startupProbe: ref(22, Probe, {
      doc: 'Until this succeeds, the other probes wait.',
      emit: 'if-set',
      inline: [1],
    }),
    stdin: boolean(16, { doc: 'Keep standard input open.', inline: [1] }),
    stdinOnce: boolean(17, { doc: 'Close standard input after the first client has gone.', inline: [1] }),
    targetContainerName: string(2, { doc: 'The container whose processes this one sees.' }),
    terminationMessagePath: string(13, {
      doc: 'A file whose content becomes the message of the ended container.',
      assumed: '/dev/termination-log',
      inline: [1],
    }),
    terminationMessagePolicy: string(20, {
      doc: 'File, or FallbackToLogsOnError to use the end of the log if the file is empty.',
      assumed: 'File',
      enum: ['FallbackToLogsOnError', 'File'],
      inline: [1],
    }),
    tty: boolean(18, { doc: 'Give the process a terminal; needs stdin.', inline: [1] }),
    volumeDevices: list(21, VolumeDevice, {
      doc: 'Block volumes that appear as devices.',
      listType: 'map',
      keys: ['devicePath'],
      merge: 'devicePath',
      inline: [1],
    }),
    volumeMounts: list(9, VolumeMount, {
      doc: 'Volumes to mount, and where.',
      listType: 'map',
      keys: ['mountPath'],
      merge: 'mountPath',
      inline: [1],
    }),
    workingDir: string(5, {
      doc: "The directory in which the process starts; the image's own if left out.",
      inline: [1],
    }),
  },
  { doc: 'A container added to a running pod to look into it.' },
);
export interface EphemeralContainer extends Of<typeof EphemeralContainer> {}
