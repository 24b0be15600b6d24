// The auditor of an API server, from its flags; its modules are loaded only if there is a policy. Used by the control plane and by
// `tiphys apiserver`.
import type { Auditor } from '../apiserver/audit/auditor.ts';
import type { Throttle } from '../apiserver/audit/buffer.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';
import { UserError } from './progress.ts';

/** Flags of kube-apiserver. Crosses a process boundary as JSON. */
export interface AuditFlags {
  readonly auditPolicyFile?: string;
  readonly auditLogPath?: string;
  readonly auditLogMaxsize?: number;
  readonly auditLogMaxbackup?: number;
  readonly auditLogMaxage?: number;
  readonly auditLogTruncateEnabled?: boolean;
  readonly auditLogTruncateMaxEventSize?: number;
  readonly auditWebhookConfigFile?: string;
  readonly auditWebhookTruncateEnabled?: boolean;
  readonly auditWebhookTruncateMaxEventSize?: number;
  readonly auditWebhookBatchThrottleEnable?: boolean;
  readonly auditWebhookBatchThrottleQps?: number;
  readonly auditWebhookBatchThrottleBurst?: number;
}

/** Absolute paths. */
export interface AuditChoice {
  readonly policy: string;
  /** audit.log in the data directory when left out. */
  readonly log?: string;
  readonly webhookConfig?: string;
}

/** Megabytes of a file, the number of older ones (1.1 GB in all), and days that they are kept, 0 for no limit. */
export const AUDIT_LOG_LIMITS = { auditLogMaxsize: 100, auditLogMaxbackup: 10, auditLogMaxage: 0 };

/** The flags of `tiphys up` and `server`, as those of an API server. */
export const auditFlags = ({ policy, log, webhookConfig }: AuditChoice, usualLog: string): AuditFlags => ({
  auditPolicyFile: policy,
  auditLogPath: log ?? usualLog,
  ...AUDIT_LOG_LIMITS,
  ...(webhookConfig && { auditWebhookConfigFile: webhookConfig }),
});

/** Bytes; upstream's default of --audit-log-truncate-max-event-size. */
const MAX_EVENT_SIZE = 102_400;

/** Undefined without a policy. */
export async function auditorOf(
  flags: AuditFlags,
  tools: { readonly clock: Clock; readonly log: Logger },
): Promise<Auditor | undefined> {
  const { auditPolicyFile: policyFile, auditLogPath: logPath, auditWebhookConfigFile: webhookFile } = flags;
  if (!policyFile) return undefined;
  const { openAuditor } = await import('../apiserver/audit/open-auditor.ts');
  try {
    return openAuditor({
      policyFile,
      ...(logPath && { logPath }),
      logMaxSize: flags.auditLogMaxsize ?? 0,
      logMaxBackup: flags.auditLogMaxbackup ?? 0,
      logMaxAge: flags.auditLogMaxage ?? 0,
      ...(flags.auditLogTruncateEnabled && {
        logTruncateAt: flags.auditLogTruncateMaxEventSize ?? MAX_EVENT_SIZE,
      }),
      ...(flags.auditWebhookTruncateEnabled && {
        webhookTruncateAt: flags.auditWebhookTruncateMaxEventSize ?? MAX_EVENT_SIZE,
      }),
      ...(webhookFile && {
        webhook: (await import('./access/remote-server.ts')).remoteServer(webhookFile),
        webhookThrottle: throttleOf(flags),
      }),
      clock: tools.clock,
      log: tools.log.child('audit'),
    });
  } catch (error) {
    throw new UserError(`audit policy ${policyFile}: ${messageOf(error)}`);
  }
}

/** Throws as upstream does if a limit is none. */
function throttleOf(flags: AuditFlags): Throttle | null {
  if (flags.auditWebhookBatchThrottleEnable === false) return null;
  const qps = flags.auditWebhookBatchThrottleQps ?? 10;
  const burst = flags.auditWebhookBatchThrottleBurst ?? 15;
  for (const [name, value] of [
    ['QPS', qps],
    ['burst', burst],
  ] as const)
    if (!(value > 0))
      throw new Error(`invalid audit batch webhook throttle ${name} ${value}, must be a positive number`);
  return { qps, burst };
}
