// Routes requests other than upgrades to their handlers. Handlers throw HttpFailure for anything but success.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../kit/clock.ts';
import type { KubeletBackend, MetricsPage } from './backend.ts';
import { serveCsi } from './csi.ts';
import { HttpFailure } from './failure.ts';
import { serveContainerLog } from './logs/handler.ts';
import { serveNodeLogs } from './node-logs.ts';
import { podOf, podTarget, streamTarget } from './path.ts';

export interface KubeletRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  accept?: string | undefined;
  /** With the body. */
  stream: IncomingMessage;
}

const METRICS: Readonly<Record<string, MetricsPage>> = {
  '/metrics': 'metrics',
  '/metrics/resource': 'resource',
  '/metrics/cadvisor': 'cadvisor',
  '/metrics/probes': 'probes',
  '/metrics/slis': 'slis',
};

/** The methods of a path; undefined for the pages that upstream serves for any method. */
function methodsOf(path: string): readonly string[] | undefined {
  const [, word = ''] = path.split('/', 2);
  if (word === 'run' || word === 'checkpoint') return ['POST'];
  if (['exec', 'attach', 'portForward'].includes(word)) return ['GET', 'POST'];
  return ['pods', 'runningpods', 'containerLogs', 'logs', 'stats'].includes(word) ? ['GET'] : undefined;
}

export async function serveRequest(
  backend: KubeletBackend,
  clock: Clock,
  request: KubeletRequest,
  response: ServerResponse,
): Promise<void> {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
  const methods = methodsOf(path);
  if (methods && !methods.includes(request.method)) throw new HttpFailure(405, '405: Method Not Allowed');
  const log = podTarget(path, 'containerLogs');
  if (log) return serveContainerLog(backend, clock, { ...log, query: request.query }, response);
  if (Object.hasOwn(METRICS, path)) return sendMetrics(backend, METRICS[path]!, response);
  if (path.startsWith('/healthz')) return sendHealth(backend, response);
  if (path === '/pods' || path === '/runningpods') return sendPods(backend, path, response);
  if (path === '/stats/summary') return sendSummary(backend, request, response);
  if (path === '/configz') return sendJson(response, backend.configz());
  if (path === '/csi' || path.startsWith('/csi/')) return serveCsi(backend, { ...request, path }, response);
  const page = backend.page(path, request.accept);
  if (page) return void response.writeHead(page.status, page.headers).end(page.body);
  if (path === '/logs' || path.startsWith('/logs/')) {
    const file = decoded(path.slice('/logs'.length));
    return serveNodeLogs(backend.files, backend.logDirectory, file, response);
  }
  if (podTarget(path, 'run')) return run(backend, request, path, response);
  if (streamTarget(path)) throw new HttpFailure(500, 'Upgrade request required');
  throw new HttpFailure(404, '404: Page Not Found');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpFailure(400, 'invalid URL escape');
  }
}

function sendJson(response: ServerResponse, body: object): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

/** All of /healthz/* is one check: whether the runtime and its network are ready. */
function sendHealth(backend: KubeletBackend, response: ServerResponse): void {
  const wrong = backend.unhealthy();
  if (wrong) throw new HttpFailure(500, `healthz check failed: ${wrong}`);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end('ok');
}

/** From the workers, so with statuses that the API may not have yet. */
function sendPods(backend: KubeletBackend, path: string, response: ServerResponse): void {
  const all = backend.pods();
  const items = path === '/pods' ? all : all.filter((pod) => pod.status?.phase === 'Running');
  sendJson(response, { kind: 'PodList', apiVersion: 'v1', metadata: {}, items });
}

async function sendMetrics(
  backend: KubeletBackend,
  page: MetricsPage,
  response: ServerResponse,
): Promise<void> {
  const body = await backend.metrics(page);
  if (body === undefined) throw new HttpFailure(404, '404: Page Not Found');
  response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
  response.end(body);
}

async function sendSummary(
  backend: KubeletBackend,
  request: KubeletRequest,
  response: ServerResponse,
): Promise<void> {
  const only = request.query.get('only_cpu_and_memory');
  sendJson(response, await backend.summary(only !== null && only !== 'false'));
}

/** POST /run/…?cmd=a+b: the command's output, whatever its exit code. */
async function run(
  backend: KubeletBackend,
  request: KubeletRequest,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const target = podTarget(path, 'run')!;
  const pod = podOf(backend, target);
  if (!pod) throw new HttpFailure(404, 'pod does not exist');
  const id = await backend.runningContainer(pod, target.container);
  if (!id) throw new HttpFailure(500, `container not found ("${target.container}")`);
  const result = await backend.execSync(id, (request.query.get('cmd') ?? '').split(' '));
  if (result.exitCode !== 0) {
    const output = Buffer.concat([result.stdout, result.stderr]).toString();
    throw new HttpFailure(500, `command exited with ${result.exitCode}: ${output}`);
  }
  response.setHeader('Content-Type', 'application/json');
  response.end(Buffer.concat([result.stdout, result.stderr]));
}
