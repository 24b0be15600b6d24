// The steps of every request: authentication, impersonation, authorization, then the handler; errors become Status replies.
// No handler runs before the request is authorized. http/https-server.ts calls serve(); in-process.ts, whose callers are
// authenticated already, calls handle().
// Upstream: DefaultBuildHandlerChain in staging/src/k8s.io/apiserver/pkg/server/config.go.
import type { TLSSocket } from 'node:tls';
import { pageNotFound, StatusError } from '../api/status/status-error.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { Authenticator } from './authn/authenticator.ts';
import { impersonated } from './authn/impersonation.ts';
import { type Authorizer, attributesOf } from './authz/attributes.ts';
import { refusal } from './authz/authorizer.ts';
import { errorAnswer, JSON_TYPE } from './handlers/answers/answers.ts';
import { dispatch } from './handlers/dispatch.ts';
import type { SubresourceHandlers } from './handlers/subresources/subresources.ts';
import { accepted } from './http/negotiate.ts';
import type { RequestMetrics } from './http/request-metrics.ts';
import type { ResourceTable } from './registry/resource-table.ts';
import {
  type Answer,
  type ApiRequest,
  header,
  isUpgradeReply,
  isWatch,
  type Reply,
  type User,
  type WatchAnswer,
  wholeBody,
} from './request.ts';
import { isTrue, type RequestInfo, requestInfo } from './request-info.ts';
import type { WatchOpener } from './watch-cache/watch-session.ts';

export interface RequestPipelineOptions {
  readonly resources: ResourceTable;
  readonly subresources: SubresourceHandlers;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly metrics: RequestMetrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Handles requests for non-resource paths; undefined for an unknown path. */
  readonly paths: (request: ApiRequest) => Answer | undefined;
}

export class RequestPipeline {
  readonly #options: RequestPipelineOptions;

  constructor(options: RequestPipelineOptions) {
    this.#options = options;
  }

  /** A request from the network. Never throws and never rejects. Reads of an embedded store return without a promise, which
   *  saves a turn of the event loop on the hot path. */
  serve(request: ApiRequest, socket: TLSSocket): Reply | Promise<Reply> {
    const audit = { 'audit-id': this.#options.random.uuid() };
    try {
      const { authenticator } = this.#options;
      const user = authenticator.authenticate(socket, header(request.headers, 'authorization'));
      const reply = this.handle(request, user);
      if (!(reply instanceof Promise)) return withHeaders(reply, audit);
      return reply.catch(errorAnswer).then((late) => withHeaders(late, audit));
    } catch (error) {
      return withHeaders(errorAnswer(error), audit);
    }
  }

  /** A request of an authenticated user. Errors become Status replies. */
  handle(request: ApiRequest, user: User): Reply | Promise<Reply> {
    const started = this.#options.clock.monotonic();
    const info = requestInfo(request.method, request.path, request.query);
    const warnings: string[] = [];
    const failed = (error: unknown) => this.#failure(request, error);
    let reply: Reply | Promise<Reply>;
    try {
      reply = this.#answer(request, info, user, warnings);
    } catch (error) {
      reply = failed(error);
    }
    const finish = (answered: Reply) => this.#finish(request, info, answered, warnings, started);
    return reply instanceof Promise ? reply.catch(failed).then(finish) : finish(reply);
  }

  #failure({ path }: ApiRequest, error: unknown): Answer {
    if (!(error instanceof StatusError) || error.reason === 'InternalError')
      this.#options.log.error('request failed', { path, error });
    return errorAnswer(error);
  }

  #finish(
    request: ApiRequest,
    info: RequestInfo,
    answered: Reply,
    warnings: readonly string[],
    started: number,
  ): Reply {
    this.#record(request, info, answered, started);
    let reply = answered;
    if (isWatch(reply)) reply = this.#counted(reply, info);
    if (warnings.length > 0) reply = withHeaders(reply, { warning: warnings.map(warningText) });
    return request.query.size > 0 && isTrue(request.query.get('pretty')) ? pretty(reply) : reply;
  }

  #answer(request: ApiRequest, info: RequestInfo, sender: User, warnings: string[]): Reply | Promise<Reply> {
    const { authorizer, resources, subresources, clock, random, paths } = this.#options;
    const user = impersonated(request.headers, sender, authorizer);
    const attributes = attributesOf(info, request.query);
    const decision = authorizer.authorize(user, attributes);
    if (!decision.allowed) throw refusal(user, attributes, decision.reason);
    if (!info.isResource) {
      const answer = paths(request);
      if (!answer) throw pageNotFound();
      return answer;
    }
    const resource = resources.get(info.group, info.version, info.resource);
    if (!resource) throw pageNotFound();
    const form = request.upgrade ? accepted(undefined) : accepted(acceptFor(info, request));
    const call = { request, info, attributes, user, resource, accepted: form, warnings };
    return dispatch({ ...call, authorizer, clock, random }, subresources);
  }

  /** The same watch, counted in the metrics while it is open. */
  #counted(reply: WatchAnswer, info: RequestInfo): WatchAnswer {
    const { metrics, resources } = this.#options;
    // close() may be called more than once: by the client and by the end of the watch.
    const subject = countedAs(info, resources);
    const open: WatchOpener['open'] = (deliver) => {
      const watch = reply.watch.open(deliver);
      metrics.watchOpened(subject, 1);
      let isOpen = true;
      const close = () => {
        if (isOpen) metrics.watchOpened(subject, -1);
        isOpen = false;
        watch.close();
      };
      return { close };
    };
    return { ...reply, watch: { view: reply.watch.view, open } };
  }

  #record(request: ApiRequest, info: RequestInfo, reply: Reply, started: number): void {
    const { metrics, clock, resources } = this.#options;
    const long = isWatch(reply) || isUpgradeReply(reply);
    const seconds = long ? undefined : (clock.monotonic() - started) / 1000;
    const dryRun = request.query.size > 0 && request.query.has('dryRun');
    metrics.record(countedAs(info, resources), long ? 200 : reply.status, dryRun, seconds);
  }
}

/** Unknown resources are counted without their names, so that clients cannot create any number of label values. */
function countedAs(info: RequestInfo, resources: ResourceTable): RequestInfo {
  const resource = info.isResource ? resources.get(info.group, info.version, info.resource) : undefined;
  if (!resource) return { ...info, isResource: false };
  const known = resource.kind.resource.subresources ?? {};
  return !info.subresource || Object.hasOwn(known, info.subresource) ? info : { ...info, subresource: '' };
}

/** The backend chooses the media type of proxied responses and logs: Accept is not checked here. */
const acceptFor = ({ subresource }: RequestInfo, { headers }: ApiRequest): string | undefined =>
  subresource === 'proxy' || subresource === 'log' ? undefined : header(headers, 'accept');

function withHeaders(reply: Reply, headers: Record<string, string | string[]>): Reply {
  if (isUpgradeReply(reply)) return reply;
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** RFC 7234: code 299, no agent, the text quoted. */
const warningText = (text: string): string =>
  `299 - "${text.replace(/\p{Cc}/gu, ' ').replace(/[\\"]/g, '\\$&')}"`;

function pretty(reply: Reply): Reply {
  if (isWatch(reply) || isUpgradeReply(reply)) return reply;
  if (!String(reply.headers['content-type']).startsWith(JSON_TYPE)) return reply;
  const bytes = wholeBody(reply.body);
  const text = JSON.stringify(JSON.parse(bytes.toString()), null, 2);
  return { ...reply, body: Buffer.from(`${text}\n`) };
}
