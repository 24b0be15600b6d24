// Serves a request when flow control lets it: a read as a whole, a write after its body has been read, so that a client that
// sends slowly holds no seats. Seats are held until the reply is complete; those of a list or watch until it has been sent.
// Called by request-pipeline.ts. Upstream: staging/src/k8s.io/apiserver/pkg/server/filters/priority-and-fairness.go.
import { type ApiRequest, isUpgradeReply, isWatch, type Reply, type UpgradeReply } from '../request.ts';
import { heardBy } from '../tunnel/caller.ts';
import { type FlowControl, type FlowRequest, Rejected } from './flow-control.ts';
import type { Ticket } from './levels/priority-level.ts';

type Run = (request: ApiRequest) => Reply | Promise<Reply>;

/** Seconds. */
const BODY_RETRY_AFTER = 1;
const MUTATING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export interface Candidate extends FlowRequest {
  readonly request: ApiRequest;
}

export function serveFairly(control: FlowControl, candidate: Candidate, run: Run): Reply | Promise<Reply> {
  const { request, info } = candidate;
  if (info.isResource && MUTATING.has(request.method)) return serveWrite(control, candidate, run);
  const ticket = control.tryStart(candidate);
  if (ticket) return held(control, ticket, () => run(request));
  return new Promise((resolve, reject) => {
    const start = (later: Ticket) => {
      try {
        resolve(held(control, later, () => run(request)));
      } catch (error) {
        reject(error);
      }
    };
    control.wait(candidate, start, reject);
  });
}

/** A request that another server answers: its seats are held until that server begins to answer. */
export function serveElsewhere(
  control: FlowControl,
  candidate: Candidate,
  run: () => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  const start = (ticket: Ticket): Reply | Promise<Reply> => {
    const release = () => control.release(ticket);
    const kept = (reply: Reply): Reply => {
      if (isUpgradeReply(reply)) return holding(reply, release);
      release();
      return reply;
    };
    try {
      const reply = run();
      if (!(reply instanceof Promise)) return kept(reply);
      return reply.then(kept, (error) => {
        release();
        throw error;
      });
    } catch (error) {
      release();
      throw error;
    }
  };
  const ticket = control.tryStart(candidate);
  return ticket ? start(ticket) : waitFor(control, candidate).then(start);
}

const holding = (reply: UpgradeReply, release: () => void): UpgradeReply => ({
  proxy: (caller) => reply.proxy(heardBy(caller, release)).finally(release),
  tunnel: (incoming) => {
    release();
    return reply.tunnel(incoming);
  },
});

/** Handlers of writes read the body before any other work; a request that fails before that needs no seats. */
function serveWrite(control: FlowControl, candidate: Candidate, run: Run): Reply | Promise<Reply> {
  const { request, user } = candidate;
  let ticket: Ticket | undefined;
  const body = async () => {
    const share = control.bodies.open(user.name);
    try {
      const bytes = await request.body((more) => {
        if (!share.add(more)) throw new Rejected(BODY_RETRY_AFTER);
      });
      ticket = control.tryStart(candidate) ?? (await waitFor(control, candidate));
      return bytes;
    } finally {
      share.release();
    }
  };
  const reply = run({ ...request, body });
  if (!(reply instanceof Promise)) return reply;
  return reply.finally(() => {
    if (ticket) control.release(ticket);
  });
}

const waitFor = (control: FlowControl, candidate: Candidate): Promise<Ticket> =>
  new Promise((resolve, reject) => control.wait(candidate, resolve, reject));

function held(
  control: FlowControl,
  ticket: Ticket,
  run: () => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  try {
    const reply = run();
    if (!(reply instanceof Promise)) return settled(control, ticket, reply);
    return reply.then(
      (late) => settled(control, ticket, late),
      (error) => {
        control.release(ticket);
        throw error;
      },
    );
  } catch (error) {
    control.release(ticket);
    throw error;
  }
}

/** A watch of few objects, and an answer in one buffer, count as sent. */
function settled(control: FlowControl, ticket: Ticket, reply: Reply): Reply {
  const isSent =
    isUpgradeReply(reply) || (isWatch(reply) ? ticket.asked.work.seats === 1 : Buffer.isBuffer(reply.body));
  if (isSent) {
    control.release(ticket);
    return reply;
  }
  return { ...reply, onSent: () => control.release(ticket) };
}
