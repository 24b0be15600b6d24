// What is asked of the API for a log. Pure.
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';

export interface LogChoices {
  /** Lines of each container before those to come; undefined for all. */
  readonly tail: number | undefined;
  /** Seconds; undefined for all. */
  readonly since: number | undefined;
  /** Of the container that ran before. */
  readonly previous: boolean;
}

export const USUAL_CHOICES: LogChoices = { tail: 1_000, since: undefined, previous: false };

export const TAILS: readonly (number | undefined)[] = [100, 1_000, 10_000, undefined];

/** Seconds. */
export const SINCES: readonly (number | undefined)[] = [undefined, 60, 300, 900, 3_600, 21_600, 86_400];

export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The container has ended: its log grows no more. */
  readonly ended?: boolean;
}

export const keyOfSource = ({ namespace, pod, container }: LogSource): string =>
  `${namespace}/${pod}/${container}`;

/** So many logs are read at once at the most: each is a connection, and a stream of the kubelet's. */
export const MOST_SOURCES = 30;

/**
 * `after` is the time of the last line that is here, when a log that broke off is read again. The API knows times in seconds only: lines
 * that come twice are told by their times.
 */
export function logQuery(container: string, choices: LogChoices, after?: string): Record<string, string> {
  const { tail, since, previous } = choices;
  const common = { container, timestamps: 'true', ...(previous ? { previous: 'true' } : { follow: 'true' }) };
  if (after) return { ...common, sinceTime: `${after.slice(0, '2026-01-02T03:04:05'.length)}Z` };
  return {
    ...common,
    ...(tail !== undefined && { tailLines: String(tail) }),
    ...(since !== undefined && { sinceSeconds: String(since) }),
  };
}

export interface ContainerName {
  readonly name: string;
  readonly type: 'init' | 'sidecar' | 'main' | 'ephemeral';
}

export function containerNames({ spec }: Pick<Pod, 'spec'>): ContainerName[] {
  return [
    ...(spec?.initContainers ?? []).map(({ name, restartPolicy }) => {
      const type: ContainerName['type'] = restartPolicy === 'Always' ? 'sidecar' : 'init';
      return { name, type };
    }),
    ...(spec?.containers ?? []).map(({ name }) => ({ name, type: 'main' as const })),
    ...(spec?.ephemeralContainers ?? []).map(({ name }) => ({ name, type: 'ephemeral' as const })),
  ];
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The one that kubectl takes. */
export function defaultContainer(pod: Pick<Pod, 'metadata' | 'spec'>): string | undefined {
  const named = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  const names = containerNames(pod);
  if (named && names.some(({ name }) => name === named)) return named;
  return names.find(({ type }) => type === 'main')?.name;
}

const statusOf = ({ status }: Pick<Pod, 'status'>, container: string) =>
  [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container);

/** A container that has not started has no log yet; asking for it would only fail. */
export function hasLog(pod: Pick<Pod, 'status'>, container: string, previous: boolean): boolean {
  const found = statusOf(pod, container);
  if (!found) return false;
  if (previous) return found.lastState?.terminated !== undefined;
  return Boolean(found.state?.running ?? found.state?.terminated ?? found.lastState?.terminated);
}

/** `container` undefined: all of each pod. */
export function sourcesOf(
  pods: readonly Pod[],
  container: string | undefined,
  previous: boolean,
): LogSource[] {
  return pods.flatMap((pod) =>
    containerNames(pod)
      .filter(({ name }) => container === undefined || name === container)
      .filter(({ name }) => hasLog(pod, name, previous))
      .map(({ name }) => ({
        namespace: pod.metadata.namespace ?? '',
        pod: pod.metadata.name ?? '',
        container: name,
        ended: statusOf(pod, name)?.state?.terminated !== undefined,
      })),
  );
}

/** Names of pods without what they all begin with: `web-6d4cf56db6-x2x7p` of one Deployment is `x2x7p`. */
export function shortNames(pods: readonly string[]): ReadonlyMap<string, string> {
  const [first = ''] = pods;
  let shared = pods.length > 1 ? first.length : 0;
  for (const name of pods) {
    let same = 0;
    while (same < shared && name[same] === first[same]) same++;
    shared = same;
  }
  const cut = first.lastIndexOf('-', shared - 1) + 1;
  return new Map(pods.map((name) => [name, pods.length > 1 ? name.slice(cut) : name]));
}

/** A log as a file: with the name of its source where there are several. */
export function asText(
  lines: readonly { readonly source: number; readonly time: string; readonly text: string }[],
  names: readonly string[],
  withTimes: boolean,
): string {
  const parts = lines.map(({ source, time, text }) => {
    const name = names.length > 1 ? `[${names[source] ?? ''}] ` : '';
    return `${name}${withTimes && time ? `${time}Z ` : ''}${text}\n`;
  });
  return parts.join('');
}
