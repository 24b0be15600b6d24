// Converts requests for a pod's log, exec, attach and portforward into the paths of the kubelet's API, and chooses the default
// container. Pure. Called by handlers/subresources/connect.ts. Upstream: pkg/registry/core/pod/strategy.go.
import type {
  PodAttachOptions,
  PodExecOptions,
  PodPortForwardOptions,
} from '../../api/kinds/core/v1/connect-options.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { badRequest } from '../../api/status/status-error.ts';

const LOG_PARAMETERS = [
  'follow',
  'previous',
  'timestamps',
  'sinceSeconds',
  'sinceTime',
  'tailLines',
  'limitBytes',
  'stream',
] as const;

/** The requested container, or the pod's only one; otherwise throws a BadRequest with the names to choose from. */
export function chooseContainer(pod: Readonly<Pod>, requested: string | null): string {
  const lists = [pod.spec?.containers, pod.spec?.initContainers, pod.spec?.ephemeralContainers].map((list) =>
    (list ?? []).map((container) => container.name ?? ''),
  );
  const [names = [], init = [], ephemeral = []] = lists;
  const podName = pod.metadata?.name ?? '';
  if (requested) {
    if (lists.some((list) => list.includes(requested))) return requested;
    throw badRequest(`container ${requested} is not valid for pod ${podName}`);
  }
  if (names.length === 1) return names[0]!;
  let message = `a container name must be specified for pod ${podName}`;
  if (names.length > 0) message += `, choose one of: [${names.join(' ')}]`;
  if (init.length > 0) message += ` or one of the init containers: [${init.join(' ')}]`;
  if (ephemeral.length > 0) message += ` or one of the ephemeral containers: [${ephemeral.join(' ')}]`;
  throw badRequest(message);
}

/** The pod's node; throws a BadRequest if the pod is not scheduled. */
export function nodeOf(pod: Readonly<Pod>): string {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  throw badRequest(`pod ${pod.metadata?.name ?? ''} does not have a host assigned`);
}

export function logPath(pod: Readonly<Pod>, query: URLSearchParams): string {
  const container = chooseContainer(pod, query.get('container'));
  const out = new URLSearchParams();
  for (const name of LOG_PARAMETERS) {
    const value = query.get(name);
    if (value !== null) out.set(name, value);
  }
  return withQuery(`${podPath('containerLogs', pod)}/${encodeURIComponent(container)}`, out);
}

export function commandPath(
  kind: 'exec' | 'attach',
  pod: Readonly<Pod>,
  options: PodAttachOptions & Pick<PodExecOptions, 'command'>,
): string {
  const container = chooseContainer(pod, options.container ?? null);
  const out = new URLSearchParams();
  // The kubelet has its own names for these parameters.
  const flags = { stdin: 'input', stdout: 'output', stderr: 'error', tty: 'tty' } as const;
  for (const [from, to] of Object.entries(flags)) {
    if (options[from as keyof typeof flags]) out.set(to, '1');
  }
  for (const word of options.command ?? []) out.append('command', word);
  return withQuery(`${podPath(kind, pod)}/${encodeURIComponent(container)}`, out);
}

export function portForwardPath(pod: Readonly<Pod>, { ports = [] }: PodPortForwardOptions): string {
  const out = new URLSearchParams();
  if (ports.length > 0) out.set('port', ports.join(','));
  return withQuery(podPath('portForward', pod), out);
}

const podPath = (kind: string, { metadata }: Readonly<Pod>) =>
  `/${kind}/${encodeURIComponent(metadata?.namespace ?? '')}/${encodeURIComponent(metadata?.name ?? '')}`;

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
