// What a pod's containers do, and why they do not. Pure.
import type { Container } from '../../../../../api/kinds/core/v1/container.ts';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import type { ContainerState, ContainerStatus } from '../../../../../api/kinds/core/v1/pod-status.ts';
import type { Tone } from '../../../pieces/small.tsx';

export interface StateText {
  readonly tone: Tone;
  /** `Running`, or the reason for anything else. */
  readonly word: string;
  readonly message: string;
  readonly since: string | undefined;
}

export function stateText(state: ContainerState | undefined, ready = true): StateText {
  const { running, waiting, terminated } = state ?? {};
  if (running)
    return { tone: ready ? 'good' : 'warn', word: 'Running', message: '', since: running.startedAt };
  if (terminated) {
    const { exitCode, signal, reason, message = '', finishedAt } = terminated;
    const how = signal ? `signal ${signal}` : `exit code ${exitCode}`;
    const isFine = exitCode === 0;
    const said = [isFine ? '' : how, message.trim()].filter(Boolean).join(': ');
    return {
      tone: isFine ? 'plain' : 'bad',
      word: reason ?? (isFine ? 'Completed' : 'Error'),
      message: said,
      since: finishedAt,
    };
  }
  const { reason = 'Waiting', message = '' } = waiting ?? {};
  const isBusy = reason === 'ContainerCreating' || reason === 'PodInitializing' || reason === 'Waiting';
  return { tone: isBusy ? 'busy' : 'bad', word: reason, message, since: undefined };
}

export interface ContainerView {
  readonly type: 'init' | 'sidecar' | 'main' | 'ephemeral';
  readonly container: Container;
  readonly status: ContainerStatus | undefined;
  readonly state: StateText;
  /** How the one before ended. */
  readonly last: StateText | undefined;
  readonly restarts: number;
}

/** In the order in which they start. */
export function containersOf({ spec, status }: Pod): ContainerView[] {
  const view = (
    type: ContainerView['type'],
    container: Container,
    statuses: readonly ContainerStatus[] | undefined,
  ): ContainerView => {
    const found = statuses?.find(({ name }) => name === container.name);
    const last = found?.lastState?.terminated && stateText(found.lastState);
    return {
      ...{ type, container, status: found, last },
      state: stateText(found?.state, found?.ready),
      restarts: found?.restartCount ?? 0,
    };
  };
  return [
    ...(spec?.initContainers ?? []).map((one) =>
      view(one.restartPolicy === 'Always' ? 'sidecar' : 'init', one, status?.initContainerStatuses),
    ),
    ...(spec?.containers ?? []).map((one) => view('main', one, status?.containerStatuses)),
    ...(spec?.ephemeralContainers ?? []).map((one) =>
      view('ephemeral', one as Container, status?.ephemeralContainerStatuses),
    ),
  ];
}

/** `80/TCP (http)`. */
export const portText = ({
  containerPort,
  protocol = 'TCP',
  name,
}: NonNullable<Container['ports']>[number]): string =>
  `${containerPort}/${protocol}${name ? ` (${name})` : ''}`;

/** `http-get :80/healthz every 10s`. */
export function probeText(probe: NonNullable<Container['livenessProbe']>): string {
  const { exec, httpGet, tcpSocket, grpc, periodSeconds = 10 } = probe;
  const what = exec
    ? (exec.command ?? []).join(' ')
    : httpGet
      ? `${(httpGet.scheme ?? 'HTTP').toLowerCase()} :${httpGet.port}${httpGet.path ?? '/'}`
      : tcpSocket
        ? `tcp :${tcpSocket.port}`
        : `grpc :${grpc?.port ?? ''}`;
  return `${what}, every ${periodSeconds} s`;
}

/** Where a variable's value comes from, without the value of any Secret. */
export function envText({ value, valueFrom }: NonNullable<Container['env']>[number]): string {
  if (!valueFrom) return value ?? '';
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) return `field ${fieldRef.fieldPath}`;
  if (resourceFieldRef) return resourceFieldRef.resource;
  if (secretKeyRef) return `key ${secretKeyRef.key} of Secret ${secretKeyRef.name ?? ''}`;
  if (configMapKeyRef) return `key ${configMapKeyRef.key} of ConfigMap ${configMapKeyRef.name ?? ''}`;
  return '';
}
