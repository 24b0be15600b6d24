// The steps of every request: authentication, impersonation, flow control, authorization, then the handler; errors become Status
// replies. No handler runs before the request is authorized. http/https-server.ts calls serve(); in-process.ts, whose callers are
// authenticated already, calls handle().
// Upstream: DefaultBuildHandlerChain in staging/src/k8s.io/apiserver/pkg/server/config.go.
import type { TLSSocket } from 'node:tls';
import { badRequest, pageNotFound, StatusError } from '../api/status/status-error.ts';
import type { Clock } from '../kit/clock.ts';
import { type Logger, Unquoted } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { Aggregator } from './aggregation/aggregator.ts';
import type { RemoteService } from './aggregation/remote-service.ts';
import type { Auditor } from './audit/auditor.ts';
import type { Trail } from './audit/trail.ts';
import { ANONYMOUS, type Authenticator } from './authn/authenticator.ts';
import { impersonated } from './authn/impersonation.ts';
import { type Attributes, type Authorizer, attributesOf } from './authz/attributes.ts';
import { notAllowed } from './authz/authorizer.ts';
import { timeoutOf, withDeadline } from './deadline.ts';
import type { Flow } from './flow-control/flow.ts';
import { type FlowControl, Rejected } from './flow-control/flow-control.ts';
import { serveElsewhere, serveFairly } from './flow-control/serve-fairly.ts';
import { WatchLimit } from './flow-control/watch-limit.ts';
import { errorAnswer, JSON_TYPE, statusErrorOf, textAnswer } from './handlers/answers/answers.ts';
import { dispatch } from './handlers/dispatch.ts';
import type { SubresourceHandlers } from './handlers/subresources/subresources.ts';
import { accepted, type Offered, PROTOBUF_TYPE, prefersProtobuf } from './http/negotiate.ts';
import type { RequestMetrics } from './http/request-metrics.ts';
import { warningHeaders } from './http/warnings.ts';
import { andThen, type Eventual } from './registry/eventual.ts';
import { hasVerb, type Resource } from './registry/resource.ts';
import type { ResourceTable } from './registry/resource-table.ts';
import {
  type Answer,
  type ApiRequest,
  header,
  isUpgradeReply,
  isWatch,
  NO_QUERY,
  type Reply,
  type UpgradeReply,
  type User,
  type WatchAnswer,
  wholeBody,
} from './request.ts';
import { isLongRunning, isTrue, mayUpgrade, type RequestInfo, requestInfo } from './request-info.ts';
import type { WatchOpener } from './watch-cache/watch-session.ts';

export interface RequestPipelineOptions {
  readonly resources: ResourceTable;
  readonly aggregator: Pick<Aggregator, 'serverOf' | 'forward'>;
  readonly subresources: SubresourceHandlers;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly flowControl: FlowControl;
  readonly metrics: RequestMetrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Undefined without an audit policy. */
  readonly auditor: Auditor | undefined;
  /** Handles requests for non-resource paths; undefined for an unknown path. */
  readonly paths: (request: ApiRequest, user: User) => Eventual<Answer> | undefined;
}

/** One request on its way through the steps. */
interface Exchange {
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  /** Texts for Warning headers, in order. */
  readonly warnings: string[];
  /** On the monotonic clock. */
  readonly started: number;
  /** Undefined unless the request is audited. */
  readonly trail: Trail | undefined;
  /** Undefined before classification, and for requests that are exempt from it. */
  flow: Flow | undefined;
  /** The name of the user, after impersonation. */
  user: string;
  readonly auditId: string | undefined;
}

type OutHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A request waits for its seats for at most a quarter of its deadline, as upstream (getRequestWaitContext). */
const WAIT_PART = 4;

export class RequestPipeline {
  readonly #options: RequestPipelineOptions;
  readonly #watches = new WatchLimit();

  constructor(options: RequestPipelineOptions) {
    this.#options = options;
  }

  /** A request from the network. Never throws and never rejects. Reads of an embedded store return without a promise, which
   *  saves a turn of the event loop on the hot path. */
  serve(request: ApiRequest, socket: TLSSocket): Reply | Promise<Reply> {
    const { authenticator, auditor, random } = this.#options;
    // As upstream, a client's own id is taken as it is.
    const id = header(request.headers, 'audit-id') || random.uuid();
    const headers = { 'audit-id': id };
    const traced = auditor
      ? { ...request, ...(socket.remoteAddress && { remoteAddress: socket.remoteAddress }) }
      : request;
    const known = (user: User) => {
      if (request.peer && user !== ANONYMOUS) request.peer.authenticated = true;
      return this.handle(traced, user, headers);
    };
    const unknown = (error: unknown) => {
      if (auditor && error instanceof StatusError)
        auditor.unauthenticated(traced, infoOf(request), error.status, id);
      return inProtobuf(request, withHeaders(errorAnswer(error), headers));
    };
    let user: Eventual<User>;
    try {
      if (request.tooLong) throw badRequest('number of URL query parameters exceeded limit');
      user = authenticator.authenticate(request, socket);
    } catch (error) {
      return unknown(error);
    }
    return user instanceof Promise ? user.then(known, unknown) : known(user);
  }

  /** Whether requests for this path may change to `protocol`. */
  mayUpgrade(path: string, protocol: string | undefined): boolean {
    const info = requestInfo('GET', path, NO_QUERY);
    return mayUpgrade(info, protocol) || this.#options.aggregator.serverOf(info) !== undefined;
  }

  /** A request of an authenticated user. Errors become Status replies. `headers` are added to the reply. */
  handle(request: ApiRequest, user: User, headers: OutHeaders = {}): Reply | Promise<Reply> {
    const started = this.#options.clock.monotonic();
    const info = infoOf(request);
    const trail = this.#options.auditor?.begin(
      request,
      info,
      user,
      auditId(headers) ?? this.#options.random.uuid(),
    );
    const exchange: Exchange = {
      request: trail ? { ...request, audit: trail } : request,
      info,
      warnings: [],
      started,
      trail,
      flow: undefined,
      user: user.name,
      auditId: auditId(headers),
    };
    const failed = (error: unknown) => this.#failure(info, error);
    let reply: Reply | Promise<Reply>;
    try {
      reply = this.#answer(exchange, user);
    } catch (error) {
      reply = failed(error);
    }
    const finish = (answered: Reply) => this.#finish(exchange, answered, headers);
    return reply instanceof Promise ? reply.catch(failed).then(finish) : finish(reply);
  }

  /** Names what the request was about, not what it contained. */
  #failure({ verb, group, resource, subresource }: RequestInfo, error: unknown): Answer {
    if (error instanceof Rejected) return tooManyRequests(error);
    if (statusErrorOf(error).reason === 'InternalError')
      this.#options.log.error('request failed', {
        verb,
        ...(group && { group }),
        ...(resource && { resource }),
        ...(subresource && { subresource }),
        error: new Unquoted(error),
      });
    return errorAnswer(error);
  }

  #finish(exchange: Exchange, handled: Reply, headers: OutHeaders): Reply | Promise<Reply> {
    const { request, info, warnings, started, flow, trail } = exchange;
    this.#record(request, info, handled, started);
    const answered = trail ? trail.replied(handled) : handled;
    const reply = isWatch(answered) ? this.#counted(answered, exchange) : answered;
    const more = {
      ...headers,
      ...flow?.headers,
      ...(warnings.length > 0 && { warning: warningHeaders(warnings) }),
    };
    const all = isUpgradeReply(reply) ? reply : { ...withHeaders(reply, more), user: exchange.user };
    if ('protobuf' in all && all.protobuf) return inProtobuf(request, all);
    return request.query.size > 0 && isTrue(request.query.get('pretty')) ? pretty(all) : all;
  }

  #answer(exchange: Exchange, sender: User): Reply | Promise<Reply> {
    const { authorizer } = this.#options;
    const { request, trail } = exchange;
    const user = impersonated(request.headers, sender, authorizer);
    if (user === sender) return this.#serve(exchange, sender);
    return andThen(user, (other) => {
      trail?.impersonates(other);
      return this.#serve(exchange, other);
    });
  }

  /** Long-running requests other than watches are not subject to flow control. */
  #serve(exchange: Exchange, user: User): Reply | Promise<Reply> {
    const { clock, flowControl, aggregator } = this.#options;
    const { request, info } = exchange;
    const remote = aggregator.serverOf(info);
    const isLong = isLongRunning(info);
    if (isLong && info.verb !== 'watch')
      return remote ? this.#forward(exchange, remote, user) : this.#dispatch(exchange, request, user);
    if (isLong) this.#watches.check(user.name);
    exchange.user = user.name;
    const timeoutMs = timeoutOf(isLong ? NO_QUERY : request.query);
    const flow = flowControl.flowOf(user, info);
    exchange.flow = flow;
    const candidate = {
      request,
      info,
      user,
      flow,
      work: flowControl.workOf(flow, info, request.query),
      waitLimitMs: timeoutMs / WAIT_PART,
      abandoned: request.abandoned ?? never,
    };
    if (remote) {
      const limit = isLong ? undefined : timeoutMs;
      return serveElsewhere(flowControl, candidate, () => this.#forward(exchange, remote, user, limit));
    }
    const reply = serveFairly(flowControl, candidate, (admitted) => this.#dispatch(exchange, admitted, user));
    return reply instanceof Promise && !isLong ? withDeadline(clock, reply, timeoutMs) : reply;
  }

  #dispatch(exchange: Exchange, request: ApiRequest, user: User): Reply | Promise<Reply> {
    return this.#authorized(exchange, user, (attributes) =>
      this.#handle(exchange, request, user, attributes),
    );
  }

  #authorized(
    { info, request, trail }: Exchange,
    user: User,
    run: (attributes: Attributes) => Reply | Promise<Reply>,
  ): Reply | Promise<Reply> {
    const attributes = attributesOf(info, request.query);
    const decision = this.#options.authorizer.authorize(user, attributes);
    return andThen(decision, (made) => {
      trail?.decided(made);
      if (!made.allowed) throw notAllowed(user, attributes, made);
      return run(attributes);
    });
  }

  /** Another server answers. `timeoutMs` is undefined for a long-running request. */
  #forward(exchange: Exchange, remote: RemoteService, user: User, timeoutMs?: number) {
    const { request, auditId: id, info } = exchange;
    return this.#authorized(exchange, user, () => {
      const reply = this.#options.aggregator.forward(remote, { request, user, timeoutMs, auditId: id });
      return info.verb === 'watch' && isUpgradeReply(reply) ? this.#limited(reply, user.name) : reply;
    });
  }

  /** The same watch of another server, counted among those of the user while it is open. */
  #limited(reply: UpgradeReply, user: string): UpgradeReply {
    const proxy: UpgradeReply['proxy'] = (caller) => {
      this.#watches.opened(user);
      return reply.proxy(caller).finally(() => this.#watches.closed(user));
    };
    return { ...reply, proxy };
  }

  #handle(
    { info, warnings }: Exchange,
    request: ApiRequest,
    user: User,
    attributes: Attributes,
  ): Reply | Promise<Reply> {
    const { authorizer, resources, subresources, clock, random, paths } = this.#options;
    if (!info.isResource) {
      const answer = paths(request, user);
      if (!answer) throw pageNotFound();
      return answer;
    }
    const resource = resources.get(info.group, info.version, info.resource);
    if (!resource) throw pageNotFound();
    const form = accepted(request.upgrade ? undefined : acceptFor(info, request), offeredBy(resource, info));
    const call = { request, info, attributes, user, resource, accepted: form, warnings };
    return dispatch({ ...call, authorizer, clock, random }, subresources);
  }

  /** The same watch, counted in the metrics while it is open. */
  #counted(reply: WatchAnswer, { info, user }: Exchange): WatchAnswer {
    const { metrics, resources } = this.#options;
    // close() may be called more than once: by the client and by the end of the watch.
    const subject = countedAs(info, resources);
    const open: WatchOpener['open'] = (deliver, objects) => {
      const watch = reply.watch.open(deliver, objects);
      metrics.watchOpened(subject, 1);
      this.#watches.opened(user);
      let isOpen = true;
      const close = () => {
        if (isOpen) {
          metrics.watchOpened(subject, -1);
          this.#watches.closed(user);
        }
        isOpen = false;
        watch.close();
      };
      return { initial: watch.initial, close };
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

const NO_FORMS = new Set(['binding', 'eviction', 'token']);

/** What is only created (reviews, bindings) has no Tables; what custom definitions define is no message in protobuf. */
function offeredBy(resource: Resource, { subresource, verb }: RequestInfo): Offered {
  const hasForms = !NO_FORMS.has(subresource) && hasVerb(resource, 'get');
  return {
    protobuf: resource.custom !== true && resource.jsonOnly !== true,
    forms: hasForms ? 'meta.k8s.io' : 'none',
    yaml: verb !== 'watch',
  };
}

/** The backend chooses the media type of proxied responses and logs: Accept is not checked here. */
const acceptFor = ({ subresource }: RequestInfo, { headers }: ApiRequest): string | undefined =>
  subresource === 'proxy' || subresource === 'log' ? undefined : header(headers, 'accept');

const infoOf = ({ method, path, query }: ApiRequest): RequestInfo => requestInfo(method, path, query);

const auditId = (headers: OutHeaders): string | undefined => headers['audit-id'] as string | undefined;

const never = () => false;

/** As upstream, plain text and not a Status. */
function tooManyRequests({ message, retryAfter }: Rejected): Answer {
  const answer = textAnswer(429, `${message}\n`);
  const headers = {
    ...answer.headers,
    'retry-after': String(retryAfter),
    'x-content-type-options': 'nosniff',
  };
  return { ...answer, headers };
}

function withHeaders(reply: Reply, headers: OutHeaders): Reply {
  if (isUpgradeReply(reply)) return reply;
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** The answer with the body that its client prefers. Errors have both; other answers have one in protobuf only if it is preferred. */
function inProtobuf(request: ApiRequest, reply: Reply): Reply | Promise<Reply> {
  if (isWatch(reply) || isUpgradeReply(reply) || !reply.protobuf) return reply;
  const { protobuf, ...answer } = reply;
  if (reply.status >= 400 && !prefersProtobuf(header(request.headers, 'accept'))) return answer;
  const headers = { ...answer.headers, 'content-type': PROTOBUF_TYPE };
  return andThen(protobuf(), (body) => ({ ...answer, headers, body }));
}

/** Bytes of a reply that is indented (`pretty=1`); longer ones are sent as they are. Upstream has no limit. */
const MOST_INDENTED = 512 * 1024;

function pretty(reply: Reply): Reply {
  if (isWatch(reply) || isUpgradeReply(reply)) return reply;
  if (!String(reply.headers['content-type']).startsWith(JSON_TYPE)) return reply;
  const { length } = reply.body;
  if (length === undefined || length > MOST_INDENTED) return reply;
  const text = JSON.stringify(JSON.parse(wholeBody(reply.body).toString()), null, 2);
  return { ...reply, body: Buffer.from(`${text}\n`) };
}
