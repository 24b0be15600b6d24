// Makes an auditor from the audit flags. Called by cluster/ when there is a policy; not loaded otherwise.
import { readFileSync } from 'node:fs';
import type { Clock } from '../../kit/clock.ts';
import type { RemoteServer } from '../../kit/http1/remote-server.ts';
import { type Logger, Unquoted } from '../../kit/log.ts';
import { Auditor, type Recipient } from './auditor.ts';
import type { Throttle } from './buffer.ts';
import { logBackend } from './log-file.ts';
import { parsePolicy } from './policy.ts';
import { webhookBackend } from './webhook.ts';

/** Comments name kube-apiserver's flags. */
export interface AuditOptions {
  /** --audit-policy-file */
  readonly policyFile: string;
  /** --audit-log-path */
  readonly logPath?: string;
  /** --audit-log-maxsize, megabytes; 100 by default, as upstream's library has it. */
  readonly logMaxSize?: number;
  /** --audit-log-maxbackup; 0 keeps all. */
  readonly logMaxBackup?: number;
  /** --audit-log-maxage, days; 0 keeps all. */
  readonly logMaxAge?: number;
  /** --audit-log-truncate-enabled and --audit-webhook-truncate-enabled: the bytes of the longest event with objects. */
  readonly logTruncateAt?: number;
  readonly webhookTruncateAt?: number;
  readonly webhook?: RemoteServer;
  /** --audit-webhook-batch-throttle-qps and -burst; null without --audit-webhook-batch-throttle-enable. */
  readonly webhookThrottle?: Throttle | null;
  readonly clock: Clock;
  readonly log: Logger;
}

const MEGABYTE = 1 << 20;
const MAX_SIZE = 100;
const DAY = 86_400_000;

/** Throws if the policy is missing or wrong. */
export function openAuditor(options: AuditOptions): Auditor {
  const { clock, log } = options;
  const policy = parsePolicy(readFileSync(options.policyFile, 'utf8'));
  const lost = (backend: string) => (error: unknown, count: number) =>
    log.error('audit events lost', { backend, count, error: new Unquoted(error) });
  const recipients: Recipient[] = [];
  if (options.logPath)
    recipients.push({
      backend: logBackend({
        path: options.logPath,
        maxSize: (options.logMaxSize || MAX_SIZE) * MEGABYTE,
        maxBackups: options.logMaxBackup ?? 0,
        maxAge: (options.logMaxAge ?? 0) * DAY,
        clock,
        onLost: lost('log'),
      }),
      ...(options.logTruncateAt && { truncateAt: options.logTruncateAt }),
    });
  if (options.webhook)
    recipients.push({
      backend: webhookBackend({
        server: options.webhook,
        clock,
        onLost: lost('webhook'),
        throttle: options.webhookThrottle,
      }),
      ...(options.webhookTruncateAt && { truncateAt: options.webhookTruncateAt }),
    });
  return new Auditor({ policy, recipients, clock });
}
