// The containers of a pod as rows. Pure.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { ContainerStatus } from '../../../api/kinds/core/v1/pod-status.ts';
import type { Mapping } from '../../../kubectl/discovery/served.ts';
import type { Health } from './health.ts';
import type { Column, Row } from './rows.ts';

export const containerColumns: readonly Column[] = [
  ...['NAME', 'READY', 'STATE', 'RESTARTS', 'TYPE', 'IMAGE', 'PORTS'].map((name) => ({
    name,
    priority: 0,
    isAge: false,
  })),
];

export function containerRows(kind: Mapping, { metadata, spec, status }: Readonly<Pod>): readonly Row[] {
  const { name: pod = '', namespace = '', uid = '' } = metadata;
  const row = (
    container: { name: string; image?: string; ports?: readonly { containerPort: number }[] },
    type: string,
    statuses: readonly ContainerStatus[] = [],
  ): Row => {
    const found = statuses.find(({ name }) => name === container.name);
    const { text, health } = stateOf(found);
    const ports = (container.ports ?? []).map(({ containerPort }) => containerPort).join(',');
    const cells = [
      container.name,
      String(found?.ready ?? false),
      text,
      String(found?.restartCount ?? 0),
      type,
    ];
    return {
      key: container.name,
      cells: [...cells, container.image ?? '', ports],
      health,
      labels: {},
      owners: [],
      created: Number.NaN,
      ref: { kind, namespace, name: pod, uid, container: container.name },
    };
  };
  return [
    ...(spec?.initContainers ?? []).map((one) =>
      row(one, one.restartPolicy === 'Always' ? 'sidecar' : 'init', status?.initContainerStatuses),
    ),
    ...(spec?.containers ?? []).map((one) => row(one, 'container', status?.containerStatuses)),
    ...(spec?.ephemeralContainers ?? []).map((one) =>
      row(one, 'ephemeral', status?.ephemeralContainerStatuses),
    ),
  ];
}

function stateOf(status: ContainerStatus | undefined): { text: string; health: Health } {
  const { waiting, running, terminated } = status?.state ?? {};
  if (running) return { text: 'Running', health: status?.ready ? 'good' : 'busy' };
  if (terminated)
    return {
      text: terminated.reason || `exit code ${terminated.exitCode}`,
      health: terminated.exitCode === 0 ? 'done' : 'bad',
    };
  const reason = waiting?.reason ?? 'Waiting';
  return {
    text: reason,
    health: /^(?:Waiting|ContainerCreating|PodInitializing)$/.test(reason) ? 'busy' : 'bad',
  };
}
