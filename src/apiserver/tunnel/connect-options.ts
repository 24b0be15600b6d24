// The options of a request that connects to another server, from its query, as objects that admission can see and change.
// Pure. Called by handlers/subresources/connect.ts.
// Upstream: the url.Values conversions of k8s.io/kubernetes pkg/apis/core/v1/zz_generated.conversion.go.
import type {
  PodAttachOptions,
  PodExecOptions,
  PodPortForwardOptions,
  ProxyOptions,
} from '../../api/kinds/core/v1/connect-options.ts';
import { badRequest } from '../../api/status/status-error.ts';
import { isTrue } from '../request-info.ts';

/** Ports of one request: as many as a container may list in its spec is far more than any client asks for. */
const MAX_PORTS = 1000;

const streams = (query: URLSearchParams) => {
  const set: Partial<Record<'stdin' | 'stdout' | 'stderr' | 'tty', true>> = {};
  for (const name of ['stdin', 'stdout', 'stderr', 'tty'] as const)
    if (isTrue(query.get(name))) set[name] = true;
  const container = query.get('container');
  return { ...set, ...(container && { container }) };
};

export const execOptions = (query: URLSearchParams): PodExecOptions => ({
  kind: 'PodExecOptions',
  apiVersion: 'v1',
  ...streams(query),
  command: query.getAll('command'),
});

export const attachOptions = (query: URLSearchParams): PodAttachOptions => ({
  kind: 'PodAttachOptions',
  apiVersion: 'v1',
  ...streams(query),
});

export function portForwardOptions(query: URLSearchParams): PodPortForwardOptions {
  const texts = query.getAll('ports').flatMap((value) => value.split(','));
  if (texts.length > MAX_PORTS) throw badRequest(`at most ${MAX_PORTS} ports may be forwarded`);
  const ports = texts.map(portOf);
  return { kind: 'PodPortForwardOptions', apiVersion: 'v1', ...(ports.length > 0 && { ports }) };
}

function portOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

export const proxyOptions = (kind: string, path: string): ProxyOptions => ({
  kind,
  apiVersion: 'v1',
  ...(path && { path }),
});
