// GET /containerLogs/{namespace}/{pod}/{container}: checks, then streams the log as plain text.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../../kit/clock.ts';
import type { KubeletBackend } from '../backend.ts';
import { HttpFailure } from '../failure.ts';
import { containerSpec, logContainerId, NoLogError } from './container-id.ts';
import { LogQueryError, parseLogQuery } from './options.ts';
import { openContainerLog } from './reader.ts';

export interface LogRequest {
  namespace: string;
  pod: string;
  container: string;
  query: URLSearchParams;
}

export async function serveContainerLog(
  backend: KubeletBackend,
  clock: Clock,
  request: LogRequest,
  response: ServerResponse,
): Promise<void> {
  const options = readable(() => parseLogQuery(request.query, clock.now()));
  const pod = backend.pod(request.namespace, request.pod);
  if (!pod) throw new HttpFailure(404, `pod "${request.pod}" does not exist`);
  if (!containerSpec(pod, request.container)) {
    throw new HttpFailure(404, `container "${request.container}" not found in pod "${request.pod}"`);
  }
  const fullId = readable(() => logContainerId(pod, request.container, options.previous));
  const id = fullId.slice(fullId.indexOf('://') + 3);
  const path = await backend.containerLogPath(id).catch((error: unknown) => {
    if (error instanceof HttpFailure) throw error;
    return undefined;
  });
  if (!path) throw new HttpFailure(400, `unable to retrieve container logs for ${fullId}`);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const source = { path, isRunning: () => backend.isContainerRunning(id).catch(() => false) };
  const log = await openContainerLog({
    files: backend.files,
    source,
    options,
    clock,
    signal: gone.signal,
  }).catch((error: Error) => {
    throw new HttpFailure(400, `failed to open log file "${path}": ${error.message}`);
  });
  response.setHeader('Content-Type', 'text/plain');
  response.flushHeaders();
  await pipeline(Readable.from(log, { objectMode: true }), response).catch(() => {});
}

function readable<T>(decide: () => T): T {
  try {
    return decide();
  } catch (error) {
    if (error instanceof LogQueryError) throw new HttpFailure(error.code, error.message);
    if (error instanceof NoLogError) throw new HttpFailure(400, error.message);
    throw error;
  }
}
