// What the dashboard may ask of the API server: who somebody is, and requests in the name of users whose sessions it has judged.
// Loaded with the first request for the dashboard, by gate.ts.
import type { IncomingMessage } from 'node:http';
import { finished, type Writable } from 'node:stream';
import { badRequest, failure, unauthorized } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { ANONYMOUS, type Authenticator } from '../authn/authenticator.ts';
import { bearerOf } from '../authn/bearer.ts';
import { bytesAnswer } from '../handlers/answers/answers.ts';
import { Pacer } from '../http/pacer.ts';
import { sendWatch } from '../http/send.ts';
import { forwardedFrames, forwardedResponse } from '../in-process-forwarded.ts';
import type { LocalRequest } from '../local-request.ts';
import {
  type ApiRequest,
  isUpgradeReply,
  isWatch,
  type Reply,
  type UpgradeReply,
  type User,
  wholeBody,
} from '../request.ts';
import { requestInfo } from '../request-info.ts';
import type { AllUsage } from '../resource-metrics/all-usage.ts';
import type { DashboardHost } from './port.ts';

export interface HostOptions {
  readonly authenticator: Authenticator;
  readonly handle: (
    request: ApiRequest,
    user: User,
    headers: Record<string, string>,
  ) => Reply | Promise<Reply>;
  readonly usage: () => Promise<AllUsage>;
  readonly secret: () => string;
  readonly clock: Clock;
  readonly random: Random;
}

export function dashboardHost({
  authenticator,
  handle,
  usage,
  secret,
  clock,
  random,
}: HostOptions): DashboardHost {
  const sender = { pacer: new Pacer(clock), clock, compresses: false };
  const asked = async (request: ApiRequest, user: User) =>
    handle(request, user, { 'audit-id': random.uuid() });
  const answered = async (request: ApiRequest, user: User) => {
    if (requestInfo(request.method, request.path, request.query).subresource === 'proxy')
      throw failure(403, 'Forbidden', 'the dashboard shows nothing of what pods, services and nodes serve');
    return asked(request, user);
  };
  return {
    secret,
    usage,
    async sender(request, socket) {
      const user = await authenticator.authenticate(request, socket);
      if (user === ANONYMOUS) throw unauthorized();
      const certifiedUntil = authenticator.certificates.goodUntil(socket);
      const bearer = certifiedUntil === undefined ? bearerOf(request) : undefined;
      return { user, certifiedUntil, token: typeof bearer === 'object' ? bearer.token : undefined };
    },
    async userOf(token) {
      return (await authenticator.token(token, authenticator.audiences))?.user;
    },
    async handle(request, user) {
      const reply = await answered(request, user);
      return isUpgradeReply(reply) ? passedOn(reply, request) : reply;
    },
    async read(request, user) {
      const reply = await asked(request, user);
      if (isUpgradeReply(reply)) return forwardedResponse(reply, localRequest(request));
      if (isWatch(reply)) throw badRequest('a view does not watch');
      return { status: reply.status, body: wholeBody(reply.body) };
    },
    async watch(request, user, out) {
      const reply = await answered(request, user);
      if (isWatch(reply)) {
        await sendWatch(sender, reply, () => out);
        return undefined;
      }
      return isUpgradeReply(reply) ? copyFrames(reply, request, out) : reply;
    },
  };
}

/** The answer of another server. */
async function copyFrames(reply: UpgradeReply, request: ApiRequest, out: Writable) {
  const over = new AbortController();
  finished(out, () => over.abort());
  const frames = await forwardedFrames(reply, { ...localRequest(request), signal: over.signal });
  if ('status' in frames) return bytesAnswer(frames.status, frames.body);
  for await (const frame of frames) if (!out.write(`${JSON.stringify(frame)}\n`)) await drained(out);
  out.end();
  return undefined;
}

const localRequest = ({ method, path, query, headers: { accept } }: ApiRequest): LocalRequest => ({
  ...{ method, path, query: Object.fromEntries(query) },
  headers: typeof accept === 'string' ? { accept } : {},
});

const drained = (out: Writable): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      out.off('drain', done);
      out.off('close', done);
      resolve();
    };
    out.on('drain', done);
    out.on('close', done);
  });

/** The path and headers are those of `request`, and not those that the browser has sent. */
function passedOn(reply: UpgradeReply, { path, query, headers }: ApiRequest): UpgradeReply {
  const text = query.toString();
  const url = text === '' ? path : `${path}?${text}`;
  const raw = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [name, typeof value === 'string' ? value : value.join(', ')],
  );
  return {
    proxy: (caller) => reply.proxy({ ...caller, url, headers: raw }),
    tunnel: ({ request, ...incoming }) =>
      reply.tunnel({ ...incoming, request: rewritten(request, url, raw, headers) }),
  };
}

function rewritten(
  request: IncomingMessage,
  url: string,
  raw: readonly string[],
  headers: ApiRequest['headers'],
): IncomingMessage {
  request.url = url;
  request.rawHeaders = [...raw];
  request.headers = { ...headers } as IncomingMessage['headers'];
  return request;
}
