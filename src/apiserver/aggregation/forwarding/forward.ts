// Forwards an authorized request to the server of a RemoteService: body, answer, watch and upgrade pass as they are, with the
// user's identity in headers. Failures are plain text, as upstream. Called by the request pipeline through aggregator.ts.
// Upstream: staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go.
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../kit/clock.ts';
import type { KeptConnections } from '../../../kit/http1/kept-connections.ts';
import { DialError, type HttpTarget } from '../../../kit/http1/upgrade.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { timedOut } from '../../deadline.ts';
import type { ApiRequest, UpgradeReply, User } from '../../request.ts';
import type { ProxyCaller } from '../../tunnel/caller.ts';
import { exchange, type ProxyTarget } from '../../tunnel/exchange.ts';
import { requestHeaders, responseHeaders } from '../../tunnel/headers.ts';
import { sendBody } from '../../tunnel/proxy-body.ts';
import { tunnelUpgrade } from '../../tunnel/tunnel-upgrade.ts';
import type { RemoteService } from '../remote-service.ts';
import type { Connections } from './connections.ts';
import { identityHeaders } from './identity.ts';
import { forwardedPath } from './path.ts';

export interface ForwardedRequest {
  readonly request: ApiRequest;
  readonly user: User;
  /** Milliseconds; undefined for a long-running request. */
  readonly timeoutMs: number | undefined;
  /** The time-out is one of discovery: as for a server that does not answer. */
  readonly isDiscovery: boolean;
  readonly auditId: string | undefined;
}

export interface ForwardingOptions {
  readonly connections: Connections;
  readonly kept: KeptConnections;
  readonly clock: Clock;
}

/** Milliseconds for a discovery document, as upstream (aggregatedDiscoveryTimeout). */
const DISCOVERY_MS = 5000;
const REDIRECTED = 'the backend attempted to redirect this request, which is not permitted';

/** Throws if the request can be forwarded to no server, or not at all. */
export function forward(
  { connections, kept, clock }: ForwardingOptions,
  remote: RemoteService,
  forwarded: ForwardedRequest,
): UpgradeReply {
  if (!remote.available) throw new Unreachable(503, 'service unavailable');
  const path = forwardedPath(forwarded.request);
  const added = addedHeaders(forwarded);
  const target = { ...targetOf(connections, remote), path };
  return {
    proxy: (caller) => proxy(clock, caller, { ...target, kept }, added, forwarded),
    tunnel: (incoming) => {
      const { rawHeaders, socket } = incoming.request;
      const kept = withoutOwn(requestHeaders(rawHeaders, socket.remoteAddress, true));
      return tunnelUpgrade(incoming, target, [...kept, 'Connection', 'Upgrade', ...added]);
    },
  };
}

/** Answered as plain text. */
export class Unreachable extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function targetOf(connections: Connections, remote: RemoteService): Omit<HttpTarget, 'path'> {
  try {
    connections.contextOf(remote);
  } catch (error) {
    throw new Unreachable(500, messageOf(error));
  }
  try {
    return connections.target(remote);
  } catch {
    throw new Unreachable(503, 'service unavailable');
  }
}

function addedHeaders({ user, auditId }: ForwardedRequest): string[] {
  try {
    return [...identityHeaders(user), ...(auditId ? ['Audit-Id', auditId] : [])];
  } catch (error) {
    throw new Unreachable(503, `error trying to reach service: ${messageOf(error)}`);
  }
}

/** The caller's headers without those that this server sets. */
const withoutOwn = (raw: readonly string[]): string[] =>
  raw.filter((_, i) => !/^(?:audit-id|connection)$/i.test(raw[i - (i % 2)]!));

async function proxy(
  clock: Clock,
  caller: ProxyCaller,
  target: ProxyTarget,
  added: readonly string[],
  { request, timeoutMs, isDiscovery }: ForwardedRequest,
): Promise<void> {
  const late = new AbortController();
  const limit = isDiscovery ? Math.min(timeoutMs ?? DISCOVERY_MS, DISCOVERY_MS) : timeoutMs;
  const timer = limit === undefined ? undefined : clock.after(limit, () => late.abort());
  const kept = withoutOwn(requestHeaders(caller.headers, caller.remoteAddress, false));
  const headers = [...kept, ...added, 'X-Forwarded-Uri', request.path];
  try {
    const response = await exchange(caller, { ...target, signal: late.signal }, headers);
    await pass(caller, response);
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    if (late.signal.aborted && !isDiscovery) throw timedOut();
    const why = late.signal.aborted ? 'context deadline exceeded' : error.message;
    answerText(caller, 503, `error trying to reach service: ${why}`);
  } finally {
    timer?.cancel();
  }
}

async function pass(caller: ProxyCaller, response: IncomingMessage): Promise<void> {
  const { statusCode = 0, headers } = response;
  const isRedirect = statusCode >= 300 && statusCode <= 399 && headers.location;
  if (!isRedirect && statusCode >= 200 && statusCode <= 599) {
    // It throws if the caller has disconnected before the request was sent.
    const out = attempt(
      () => caller.answer(statusCode, responseHeaders(headers)),
      () => response.destroy(),
    );
    return sendBody(response, out);
  }
  response.destroy();
  if (isRedirect) answerText(caller, 502, REDIRECTED);
  else answerText(caller, 503, `error trying to reach service: malformed HTTP status code "${statusCode}"`);
}

function attempt<T>(run: () => T, failed: () => void): T {
  try {
    return run();
  } catch (error) {
    failed();
    throw error;
  }
}

function answerText(caller: ProxyCaller, status: number, text: string): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  };
  caller.answer(status, headers).end(`${text}\n`);
}
