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
    containerPort: required(int32(3, { doc: "Port number on the pod's IP address.", emit: 'always' })),
    hostIP: string(5, { doc: 'IP address of the host to bind hostPort to.' }),
    hostPort: int32(2, { doc: 'Port number to expose on the host.' }),
    name: string(1, { doc: 'Name of the port, unique within the pod. Services can refer to it.' }),
    protocol: string(4, {
      doc: 'Protocol of the port: TCP, UDP or SCTP. Defaults to TCP.',
      enum: ['SCTP', 'TCP', 'UDP'],
      default: 'TCP',
    }),
  },
  { doc: 'Network port of a container.' },
);
export interface ContainerPort extends Of<typeof ContainerPort> {}

export const VolumeDevice = struct(
  'io.k8s.api.core.v1.VolumeDevice',
  {
    devicePath: required(
      string(2, { doc: 'Path inside the container that the device is mapped to.', emit: 'always' }),
    ),
    name: required(
      string(1, {
        doc: 'Name of a persistentVolumeClaim volume of the pod, with volume mode Block.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Maps a raw block device into a container.' },
);
export interface VolumeDevice extends Of<typeof VolumeDevice> {}

export const VolumeMount = struct(
  'io.k8s.api.core.v1.VolumeMount',
  {
    mountPath: required(
      string(3, { doc: 'Path inside the container at which the volume is mounted.', emit: 'always' }),
    ),
    mountPropagation: string(5, {
      doc: 'How mounts are propagated between host and container: None, HostToContainer or Bidirectional. Defaults to None.',
      enum: ['Bidirectional', 'HostToContainer', 'None'],
      emit: 'if-set',
    }),
    name: required(string(1, { doc: 'Name of the volume.', emit: 'always' })),
    readOnly: boolean(2, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    recursiveReadOnly: string(7, {
      doc: 'Whether mounts below a read-only mount are read-only, too: Disabled, IfPossible or Enabled.',
      emit: 'if-set',
    }),
    subPath: string(4, { doc: 'Path within the volume to mount. Defaults to the root of the volume.' }),
    subPathExpr: string(6, {
      doc: 'Path within the volume to mount, with $(NAME) references to environment variables expanded.',
    }),
  },
  { doc: 'Mounts a volume into a container.' },
);
export interface VolumeMount extends Of<typeof VolumeMount> {}

export const Container = struct(
  'io.k8s.api.core.v1.Container',
  {
    args: list(4, text, {
      doc: 'Arguments of the entrypoint. Defaults to the CMD of the image. $(NAME) references are expanded.',
      listType: 'atomic',
    }),
    command: list(3, text, {
      doc: 'Entrypoint, not executed within a shell. Defaults to the ENTRYPOINT of the image.',
      listType: 'atomic',
    }),
    env: list(7, EnvVar, {
      doc: 'Environment variables to set in the container.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    envFrom: list(19, EnvFromSource, {
      doc: 'Sources of environment variables. Variables in env take precedence over those with the same name.',
      listType: 'atomic',
    }),
    image: string(2, { doc: 'Container image name.' }),
    imagePullPolicy: string(14, {
      doc: 'When to pull the image: Always, Never or IfNotPresent. Defaults to Always for the tag :latest, else IfNotPresent.',
      enum: ['Always', 'IfNotPresent', 'Never'],
    }),
    lifecycle: ref(12, Lifecycle, {
      doc: 'Actions in response to lifecycle events of the container.',
      emit: 'if-set',
    }),
    livenessProbe: ref(10, Probe, {
      doc: 'Periodic probe of liveness. The container is restarted if it fails.',
      emit: 'if-set',
    }),
    name: required(
      string(1, {
        doc: 'Name of the container, unique within the pod. It cannot be changed.',
        emit: 'always',
      }),
    ),
    ports: list(6, ContainerPort, {
      doc: 'Ports to expose from the container. A port that is not listed can still be reached.',
      listType: 'map',
      keys: ['containerPort', 'protocol'],
      merge: 'containerPort',
    }),
    readinessProbe: ref(11, Probe, {
      doc: 'Periodic probe of readiness. The container is removed from service endpoints if it fails.',
      emit: 'if-set',
    }),
    resizePolicy: list(23, ContainerResizePolicy, {
      doc: 'Whether the container must be restarted when its resources are resized.',
      listType: 'atomic',
    }),
    resources: ref(8, ResourceRequirements, {
      doc: 'Compute resources required by the container.',
      emit: 'always',
    }),
    restartPolicy: string(24, {
      doc: 'Overrides the restart policy of the pod. Always makes an init container a sidecar.',
      emit: 'if-set',
    }),
    restartPolicyRules: list(25, ContainerRestartRule, {
      doc: 'Rules that are checked on exit, in order. If none matches, restartPolicy applies.',
      listType: 'atomic',
    }),
    securityContext: ref(15, SecurityContext, {
      doc: 'Security options. They take precedence over those of the pod.',
      emit: 'if-set',
    }),
    startupProbe: ref(22, Probe, {
      doc: 'Probe of a successful start. Other probes do not run until it succeeds.',
      emit: 'if-set',
    }),
    stdin: boolean(16, { doc: 'Whether to allocate a buffer for standard input. Defaults to false.' }),
    stdinOnce: boolean(17, {
      doc: 'Whether standard input is closed after the first attached client disconnects. Defaults to false.',
    }),
    terminationMessagePath: string(13, {
      doc: 'Path of the file whose contents become the termination message. Defaults to /dev/termination-log.',
      assumed: '/dev/termination-log',
    }),
    terminationMessagePolicy: string(20, {
      doc: 'Source of the termination message: File, or FallbackToLogsOnError to use the end of the log if the file is empty.',
      assumed: 'File',
      enum: ['FallbackToLogsOnError', 'File'],
    }),
    tty: boolean(18, {
      doc: 'Whether to allocate a terminal for the container. Requires stdin. Defaults to false.',
    }),
    volumeDevices: list(21, VolumeDevice, {
      doc: 'Block devices to be used by the container.',
      listType: 'map',
      keys: ['devicePath'],
      merge: 'devicePath',
    }),
    volumeMounts: list(9, VolumeMount, {
      doc: 'Volumes to mount into the container.',
      listType: 'map',
      keys: ['mountPath'],
      merge: 'mountPath',
    }),
    workingDir: string(5, { doc: 'Working directory of the container. Defaults to that of the image.' }),
  },
  { doc: 'Application container to run within a pod.' },
);
export interface Container extends Of<typeof Container> {}

export const EphemeralContainer = struct(
  'io.k8s.api.core.v1.EphemeralContainer',
  {
    args: list(4, text, {
      doc: 'Arguments of the entrypoint. Defaults to the CMD of the image.',
      listType: 'atomic',
      inline: [1],
    }),
    command: list(3, text, {
      doc: 'Entrypoint, not executed within a shell. Defaults to the ENTRYPOINT of the image.',
      listType: 'atomic',
      inline: [1],
    }),
    env: list(7, EnvVar, {
      doc: 'Environment variables to set in the container.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      inline: [1],
    }),
    envFrom: list(19, EnvFromSource, {
      doc: 'Sources of environment variables. Variables in env take precedence over those with the same name.',
      listType: 'atomic',
      inline: [1],
    }),
    image: string(2, { doc: 'Container image name.', inline: [1] }),
    imagePullPolicy: string(14, {
      doc: 'When to pull the image: Always, Never or IfNotPresent. Defaults to Always for the tag :latest, else IfNotPresent.',
      enum: ['Always', 'IfNotPresent', 'Never'],
      inline: [1],
    }),
    lifecycle: ref(12, Lifecycle, {
      doc: 'Actions in response to lifecycle events of the container.',
      emit: 'if-set',
      inline: [1],
    }),
    livenessProbe: ref(10, Probe, {
      doc: 'Periodic probe of liveness. The container is restarted if it fails.',
      emit: 'if-set',
      inline: [1],
    }),
    name: required(
      string(1, {
        doc: 'Name of the container, unique within the pod. It cannot be changed.',
        emit: 'always',
        inline: [1],
      }),
    ),
    ports: list(6, ContainerPort, {
      doc: 'Ports to expose from the container. A port that is not listed can still be reached.',
      listType: 'map',
      keys: ['containerPort', 'protocol'],
      merge: 'containerPort',
      inline: [1],
    }),
    readinessProbe: ref(11, Probe, {
      doc: 'Periodic probe of readiness. The container is removed from service endpoints if it fails.',
      emit: 'if-set',
      inline: [1],
    }),
    resizePolicy: list(23, ContainerResizePolicy, {
      doc: 'Whether the container must be restarted when its resources are resized.',
      listType: 'atomic',
      inline: [1],
    }),
    resources: ref(8, ResourceRequirements, {
      doc: 'Compute resources required by the container.',
      emit: 'always',
      inline: [1],
    }),
    restartPolicy: string(24, {
      doc: 'Overrides the restart policy of the pod. Always makes an init container a sidecar.',
      emit: 'if-set',
      inline: [1],
    }),
    restartPolicyRules: list(25, ContainerRestartRule, {
      doc: 'Rules that are checked on exit, in order. If none matches, restartPolicy applies.',
      listType: 'atomic',
      inline: [1],
    }),
    securityContext: ref(15, SecurityContext, {
      doc: 'Security options. They take precedence over those of the pod.',
      emit: 'if-set',
      inline: [1],
    }),
    startupProbe: ref(22, Probe, {
      doc: 'Probe of a successful start. Other probes do not run until it succeeds.',
      emit: 'if-set',
      inline: [1],
    }),
    stdin: boolean(16, {
      doc: 'Whether to allocate a buffer for standard input. Defaults to false.',
      inline: [1],
    }),
    stdinOnce: boolean(17, {
      doc: 'Whether standard input is closed after the first attached client disconnects. Defaults to false.',
      inline: [1],
    }),
    targetContainerName: string(2, {
      doc: 'Name of the container whose process namespace this container joins.',
    }),
    terminationMessagePath: string(13, {
      doc: 'Path of the file whose contents become the termination message. Defaults to /dev/termination-log.',
      assumed: '/dev/termination-log',
      inline: [1],
    }),
    terminationMessagePolicy: string(20, {
      doc: 'Source of the termination message: File, or FallbackToLogsOnError to use the end of the log if the file is empty.',
      assumed: 'File',
      enum: ['FallbackToLogsOnError', 'File'],
      inline: [1],
    }),
    tty: boolean(18, {
      doc: 'Whether to allocate a terminal for the container. Requires stdin. Defaults to false.',
      inline: [1],
    }),
    volumeDevices: list(21, VolumeDevice, {
      doc: 'Block devices to be used by the container.',
      listType: 'map',
      keys: ['devicePath'],
      merge: 'devicePath',
      inline: [1],
    }),
    volumeMounts: list(9, VolumeMount, {
      doc: 'Volumes to mount into the container.',
      listType: 'map',
      keys: ['mountPath'],
      merge: 'mountPath',
      inline: [1],
    }),
    workingDir: string(5, {
      doc: 'Working directory of the container. Defaults to that of the image.',
      inline: [1],
    }),
  },
  { doc: 'Container that is added to a running pod for debugging.' },
);
export interface EphemeralContainer extends Of<typeof EphemeralContainer> {}
