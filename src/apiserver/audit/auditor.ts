// Decides by the policy whether a request is audited, and hands its events to the back ends. Made by cluster/ from the audit flags,
// called by the request pipeline. A back end that is slow or fails loses events, which metrics count; it never delays a request.
import type { Status } from '../../api/meta/v1/status.ts';
import type { Clock } from '../../kit/clock.ts';
import { Metrics } from '../../kit/metrics.ts';
import { type ApiRequest, type Headers, header, type User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';
import { eventText, type Facts, referenceOf, shortened } from './event.ts';
import { evaluate, type Policy, type Stage } from './policy.ts';
import { Trail } from './trail.ts';

/** Takes events. */
export interface Backend {
  readonly name: string;
  /** False if the event is lost: the buffer is full, or the event is too large. */
  accept(event: string): boolean;
  /** Resolves when everything accepted is written, or cannot be. */
  close(): Promise<void>;
}

export interface Recipient {
  readonly backend: Backend;
  /** Bytes of an event beyond which its objects are left out; no limit if undefined. */
  readonly truncateAt?: number;
}

export interface AuditorOptions {
  readonly policy: Policy;
  readonly recipients: readonly Recipient[];
  readonly clock: Clock;
}

const ANYBODY: User = { name: '', groups: [] };

export class Auditor {
  readonly #options: AuditorOptions;
  readonly #metrics = new AuditMetrics();

  constructor(options: AuditorOptions) {
    this.#options = options;
  }

  /** Undefined if the policy does not record the request. */
  begin(request: ApiRequest, info: RequestInfo, user: User, auditID: string): Trail | undefined {
    const trail = this.#trail(request, info, user, auditID);
    trail?.received();
    return trail;
  }

  unauthenticated(request: ApiRequest, info: RequestInfo, status: Status, auditID: string): void {
    const { authorization } = request.headers;
    this.#trail(request, info, undefined, auditID)?.unauthenticated(
      status,
      authorization ? 'bearer' : 'x509',
    );
  }

  metrics(): string {
    return this.#metrics.render();
  }

  async close(): Promise<void> {
    await Promise.all(this.#options.recipients.map(({ backend }) => backend.close()));
  }

  #trail(request: ApiRequest, info: RequestInfo, user: User | undefined, auditID: string): Trail | undefined {
    const verdict = evaluate(this.#options.policy, user ?? ANYBODY, info);
    const { level } = verdict;
    this.#metrics.levels.add({ level });
    if (level === 'None') return undefined;
    const query = request.query.size > 0 ? `?${request.query}` : '';
    const facts: Facts = {
      level,
      auditID,
      requestURI: request.path + query,
      verb: info.verb,
      user,
      sourceIPs: sourceIPs(request),
      userAgent: shortened(header(request.headers, 'user-agent') ?? ''),
      objectRef: referenceOf(info),
      received: this.#options.clock.now(),
      annotations: {},
    };
    return new Trail(facts, verdict, (all, stage) => this.#emit(all, stage));
  }

  #emit(facts: Facts, stage: Stage): void {
    const now = this.#options.clock.now();
    const whole = eventText(facts, stage, now);
    this.#metrics.events.add();
    for (const { backend, truncateAt = Number.POSITIVE_INFINITY } of this.#options.recipients) {
      const text = whole.length > truncateAt ? eventText(facts, stage, now, false) : whole;
      if (text.length > truncateAt || !backend.accept(text))
        this.#metrics.errors.add({ plugin: backend.name });
    }
  }
}

/** Addresses of proxies come first, as in X-Forwarded-For. */
function sourceIPs({ headers, remoteAddress }: ApiRequest): string[] {
  const remote = remoteAddress?.replace(/^::ffff:/, '');
  const all = [...forwarded(headers), ...(remote ? [remote] : [])];
  return [...new Set(all)];
}

/** Of them so many are recorded: a client can send any number. */
const MAX_FORWARDED = 16;

const forwarded = (headers: Headers): string[] =>
  [header(headers, 'x-forwarded-for'), header(headers, 'x-real-ip')]
    .flatMap((value) => value?.split(',', MAX_FORWARDED) ?? [])
    .map((one) => one.trim())
    .filter((one) => /^[0-9a-fA-F.:]{2,45}$/.test(one));

/** With upstream's names: staging/src/k8s.io/apiserver/pkg/audit/metrics.go. */
class AuditMetrics extends Metrics {
  readonly events = this.registry.counter(
    'apiserver_audit_event_total',
    'Counter of audit events generated and sent to the audit backend.',
  );
  readonly errors = this.registry.counter(
    'apiserver_audit_error_total',
    'Counter of audit events that failed to be audited properly. Plugin identifies the plugin affected by the error.',
  );
  readonly levels = this.registry.counter(
    'apiserver_audit_level_total',
    'Counter of policy levels for audit events (1 per request).',
  );
}
