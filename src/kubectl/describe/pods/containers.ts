// Containers in the description of a pod or of a pod template.
import type { Container, ContainerPort } from '../../../api/kinds/core/v1/container.ts';
import type { ContainerState, ContainerStatus } from '../../../api/kinds/core/v1/pod-status.ts';
import type { Probe } from '../../../api/kinds/core/v1/probe.ts';
import { byKey, orNone, quantityText, sortedEntries, timeText, truthText } from '../values.ts';
import type { DescriptionWriter } from '../writer.ts';
import { type FieldResolver, writeEnvironment } from './environment.ts';

export interface ContainersToShow {
  readonly label: string;
  readonly containers: readonly Container[];
  readonly statuses?: readonly ContainerStatus[] | undefined;
  readonly fieldOf?: FieldResolver;
  /** In front of the label: that of a template. */
  readonly indent?: string;
}

export function writeContainers(
  w: DescriptionWriter,
  { label, containers, statuses, fieldOf, indent = '' }: ContainersToShow,
): void {
  w.write(0, `${indent}${label}:${containers.length === 0 ? ' <none>' : ''}\n`);
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    w.write(1, `${indent && ' '}${container.name}:\n`);
    writeImageAndPorts(w, container, status);
    writeWords(w, 'Command', container.command);
    writeWords(w, 'Args', container.args);
    if (status) writeStatus(w, status);
    writeResources(w, container.resources, 2);
    writeProbes(w, container);
    writeEnvironment(w, container, fieldOf);
    writeMounts(w, container);
  }
}

function writeImageAndPorts(
  w: DescriptionWriter,
  container: Container,
  status: ContainerStatus | undefined,
): void {
  if (status) w.row(2, 'Container ID', status.containerID ?? '');
  w.row(2, 'Image', container.image ?? '');
  if (status) w.row(2, 'Image ID', status.imageID ?? '');
  const { ports = [] } = container;
  writePorts(w, 'Port', ports, (port) => port.containerPort);
  writePorts(w, 'Host Port', ports, (port) => port.hostPort ?? 0);
  const profile = container.securityContext?.seccompProfile;
  if (!profile) return;
  w.row(2, 'SeccompProfile', profile.type);
  if (profile.type === 'Localhost') w.row(3, 'LocalhostProfile', profile.localhostProfile ?? '');
}

function writePorts(
  w: DescriptionWriter,
  label: string,
  ports: readonly ContainerPort[],
  numberOf: (port: ContainerPort) => number,
): void {
  const texts = ports.map((port) => {
    const text = `${numberOf(port)}/${port.protocol ?? ''}`;
    return port.name ? `${text} (${port.name})` : text;
  });
  w.row(2, texts.length > 1 ? `${label}s` : label, orNone(texts.join(', ')));
}

function writeWords(w: DescriptionWriter, label: string, words: readonly string[] = []): void {
  if (words.length === 0) return;
  w.write(2, `${label}:\n`);
  for (const word of words) for (const line of word.split('\n')) w.write(3, `${line}\n`);
}

function writeStatus(w: DescriptionWriter, status: ContainerStatus): void {
  writeState(w, 'State', status.state ?? {});
  if (status.lastState?.terminated) writeState(w, 'Last State', status.lastState);
  w.row(2, 'Ready', truthText(status.ready));
  w.row(2, 'Restart Count', status.restartCount);
}

function writeState(
  w: DescriptionWriter,
  label: string,
  { running, waiting, terminated }: ContainerState,
): void {
  if (running) {
    w.row(2, label, 'Running');
    w.row(3, 'Started', timeText(running.startedAt));
  } else if (terminated && !waiting) {
    w.row(2, label, 'Terminated');
    if (terminated.reason) w.row(3, 'Reason', terminated.reason);
    if (terminated.message) w.row(3, 'Message', terminated.message);
    w.row(3, 'Exit Code', terminated.exitCode);
    if (terminated.signal) w.row(3, 'Signal', terminated.signal);
    w.row(3, 'Started', timeText(terminated.startedAt));
    w.row(3, 'Finished', timeText(terminated.finishedAt));
  } else {
    w.row(2, label, 'Waiting');
    if (waiting?.reason) w.row(3, 'Reason', waiting.reason);
  }
}

export function writeResources(w: DescriptionWriter, resources: Container['resources'], level: number): void {
  for (const [label, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const entries = sortedEntries(list);
    if (entries.length > 0) w.write(level, `${label}:\n`);
    for (const [name, quantity] of entries) w.row(level + 1, name, quantityText(quantity));
  }
}

function writeProbes(w: DescriptionWriter, container: Container): void {
  if (container.livenessProbe) w.row(2, 'Liveness', probeText(container.livenessProbe));
  if (container.readinessProbe) w.row(2, 'Readiness', probeText(container.readinessProbe));
  if (container.startupProbe) w.row(2, 'Startup', probeText(container.startupProbe));
}

function probeText(probe: Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0 } = probe;
  const { successThreshold = 0, failureThreshold = 0 } = probe;
  const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`;
  const rest = `${times} #success=${successThreshold} #failure=${failureThreshold}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec [${(exec.command ?? []).join(' ')}] ${rest}`;
  if (httpGet) {
    const { scheme = '', host = '', port, path = '' } = httpGet;
    const name = host.includes(':') ? `[${host}]` : host;
    return `http-get ${scheme.toLowerCase()}://${name}:${port}${path && !path.startsWith('/') ? '/' : ''}${encodeURI(path)} ${rest}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${rest}`;
  return grpc ? `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${rest}` : `unknown ${rest}`;
}

function writeMounts(w: DescriptionWriter, { volumeMounts = [], volumeDevices = [] }: Container): void {
  const none = volumeMounts.length === 0 ? '\t<none>' : '';
  w.write(2, `Mounts:${none}\n`);
  for (const mount of [...volumeMounts].sort(byKey((one) => one.mountPath))) {
    const flags = [
      mount.readOnly ? 'ro' : 'rw',
      ...(mount.subPath ? [`path=${JSON.stringify(mount.subPath)}`] : []),
    ];
    w.write(3, `${mount.mountPath} from ${mount.name} (${flags.join(',')})\n`);
  }
  if (volumeDevices.length === 0) return;
  w.write(2, `Devices:${none}\n`);
  for (const device of [...volumeDevices].sort(byKey((one) => one.devicePath)))
    w.write(3, `${device.devicePath} from ${device.name}\n`);
}
