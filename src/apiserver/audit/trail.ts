// The audit of one request: collects its facts while it passes the steps and emits an event at each stage. Made by auditor.ts for
// requests that the policy records; called by the request pipeline. What a level does not ask for is never copied.
// Upstream: staging/src/k8s.io/apiserver/pkg/audit/request.go and pkg/endpoints/filters/audit.go.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Status } from '../../api/meta/v1/status.ts';
import { StatusError } from '../../api/status/status-error.ts';
import type { Decision } from '../authz/attributes.ts';
import {
  type Answer,
  isUpgradeReply,
  isWatch,
  type Reply,
  type RequestAudit,
  type UpgradeReply,
  type User,
  type WatchAnswer,
  wholeBody,
} from '../request.ts';
import { heardBy } from '../tunnel/caller.ts';
import type { WatchOpener } from '../watch-cache/watch-session.ts';
import type { Facts, ObjectReference } from './event.ts';
import { isAtLeast, type Level, type Stage, type Verdict } from './policy.ts';

export class Trail implements RequestAudit {
  readonly #facts: Facts;
  readonly #verdict: Verdict;
  readonly #emit: (facts: Facts, stage: Stage) => void;

  constructor(facts: Facts, verdict: Verdict, emit: (facts: Facts, stage: Stage) => void) {
    this.#facts = facts;
    this.#verdict = verdict;
    this.#emit = emit;
  }

  received(): void {
    this.#at('RequestReceived');
  }

  impersonates(user: User): void {
    this.#facts.impersonatedUser = user;
  }

  decided({ allowed, reason, error }: Decision): void {
    if (!allowed && error !== undefined)
      return this.annotate('authorization.k8s.io/reason', 'internal error');
    this.annotate('authorization.k8s.io/decision', allowed ? 'allow' : 'forbid');
    this.annotate('authorization.k8s.io/reason', reason);
  }

  annotate(key: string, value: string, level: Level = 'Metadata'): void {
    const { annotations } = this.#facts;
    if (this.#records(level) && !Object.hasOwn(annotations, key)) annotations[key] = value;
  }

  /** The first object counts: a retry of an update decodes the body again. */
  object(object: unknown): void {
    const { objectRef } = this.#facts;
    if (objectRef) complete(objectRef, object);
    if (this.#records('Request')) this.#facts.requestObject ??= JSON.stringify(this.#shown(object));
  }

  /** A patch is recorded as it was sent if it is JSON. */
  patch(bytes: Buffer): void {
    if (this.#records('Request')) this.#facts.requestObject ??= jsonOf(bytes);
  }

  /** The reply, which records when a watch or a connection ends. */
  replied(reply: Reply): Reply {
    if (isUpgradeReply(reply)) return this.#connection(reply);
    if (isWatch(reply)) return this.#watch(reply);
    this.#answered(reply);
    this.#at('ResponseComplete');
    return reply;
  }

  /** The request of a client that could not be authenticated. */
  unauthenticated(status: Status, attempted: string): void {
    const message = `Authentication failed, attempted: ${attempted}`;
    this.#facts.responseStatus = {
      metadata: {},
      status: 'Failure',
      message,
      reason: status.reason!,
      code: 401,
    };
    this.#at('ResponseStarted');
  }

  #answered({ status, body, headers }: Answer): void {
    const isJson = String(headers['content-type']).startsWith('application/json');
    const text =
      isJson && (status >= 400 || this.#records('RequestResponse')) ? wholeBody(body).toString() : '';
    this.#facts.responseStatus = statusOf(status, text);
    if (text && this.#records('RequestResponse')) this.#facts.responseObject = this.#shownText(text);
  }

  #watch(reply: WatchAnswer): WatchAnswer {
    this.#started(200);
    const open: WatchOpener['open'] = (deliver, objects) => {
      const end = once(() => this.#at('ResponseComplete'));
      const watch = reply.watch.open((events) => {
        deliver(events);
        if (!events) end();
      }, objects);
      return {
        initial: watch.initial,
        close() {
          watch.close();
          end();
        },
      };
    };
    return { ...reply, watch: { ...reply.watch, open } };
  }

  #connection(reply: UpgradeReply): UpgradeReply {
    const follow = async (connect: () => Promise<void>): Promise<void> => {
      try {
        await connect();
      } catch (error) {
        const failed = error instanceof StatusError ? error.status : undefined;
        this.#facts.responseStatus = statusOf(failed?.code ?? 500, failed ? JSON.stringify(failed) : '');
        throw error;
      } finally {
        this.#at('ResponseComplete');
      }
    };
    return {
      proxy: (caller) => follow(() => reply.proxy(heardBy(caller, (status) => this.#started(status)))),
      tunnel: (incoming) => {
        this.#started(101);
        return follow(() => reply.tunnel(incoming));
      },
    };
  }

  #started(code: number): void {
    this.#facts.responseStatus = { metadata: {}, code };
    this.#at('ResponseStarted');
  }

  #records(level: Level): boolean {
    return isAtLeast(this.#verdict.level, level);
  }

  #at(stage: Stage): void {
    if (!this.#verdict.omitStages.has(stage)) this.#emit(this.#facts, stage);
  }

  #shownText(text: string): string {
    return this.#verdict.omitManagedFields ? JSON.stringify(this.#shown(JSON.parse(text))) : text.trim();
  }

  #shown(object: unknown): unknown {
    return this.#verdict.omitManagedFields ? withoutManagedFields(object) : object;
  }
}

/** Fills in what the URL does not say: the name of an object that is created. */
function complete(reference: ObjectReference, object: unknown): void {
  const { name, namespace, uid, resourceVersion } = (object as Partial<KubeObject>).metadata ?? {};
  if (!reference.namespace && namespace) reference.namespace = namespace;
  if (!reference.name && name) reference.name = name;
  if (!reference.uid && uid) reference.uid = uid;
  if (!reference.resourceVersion && resourceVersion) reference.resourceVersion = resourceVersion;
}

/** Of an error its Status; of anything else the code alone. */
function statusOf(code: number, text: string): NonNullable<Facts['responseStatus']> {
  if (code < 400 || !text) return { metadata: {}, code };
  const { kind, status, message, reason, details } = JSON.parse(text) as Status & { kind?: string };
  if (kind !== undefined && kind !== 'Status') return { metadata: {}, code };
  return {
    metadata: {},
    ...(status && { status }),
    ...(message && { message }),
    ...(reason && { reason }),
    ...(details && { details }),
    code,
  };
}

function jsonOf(bytes: Buffer): string {
  const text = bytes.toString();
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return JSON.stringify(text);
  }
}

type Body = { metadata?: { managedFields?: unknown }; items?: Body[]; rows?: { object?: Body }[] };

/** Of an object, a list or a table. */
function withoutManagedFields(object: unknown): unknown {
  const { metadata, items, rows, ...rest } = object as Body;
  const { managedFields, ...meta } = metadata ?? {};
  return {
    ...rest,
    ...(metadata && { metadata: meta }),
    ...(items && { items: items.map(withoutManagedFields) }),
    ...(rows && {
      rows: rows.map((row) => (row.object ? { ...row, object: withoutManagedFields(row.object) } : row)),
    }),
  };
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
