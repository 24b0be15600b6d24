// The table of conditions that descriptions of several kinds have.
import { timeText } from '../values.ts';
import type { DescriptionWriter } from '../writer.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | null | undefined;
}

export function writeConditions(w: DescriptionWriter, conditions: readonly Condition[] | undefined): void {
  if (!conditions?.length) return;
  w.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  w.cells(1, '----', '------', '------');
  for (const { type, status, reason = '' } of conditions) w.write(1, `${type} \t${status}\t${reason}\n`);
}

/** With the time of the last transition and the message. */
export function writeTimedConditions(w: DescriptionWriter, conditions: readonly Condition[]): void {
  w.write(0, 'Conditions:\n');
  w.cells(1, 'Type', 'Status', 'LastTransitionTime', 'Reason', 'Message');
  w.cells(1, '----', '------', '------------------', '------', '-------');
  for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions)
    w.cells(1, type, status, timeText(lastTransitionTime), reason, message);
}
