// What a plugin answers at an extension point. Being unschedulable is an answer, not an exception.
// Codes and their meaning are upstream's (k8s.io/kube-scheduler framework.Code).
import { messageOf as textOf } from '../../kit/message-of.ts';

export type Code =
  | 'Success'
  /** Something went wrong; the pod is tried again after its back-off. */
  | 'Error'
  /** The pod does not fit now; removing other pods may help. */
  | 'Unschedulable'
  /** The pod does not fit, and removing other pods would not help. */
  | 'UnschedulableAndUnresolvable'
  /** From Permit only: the binding cycle waits until the plugin allows or rejects the pod. */
  | 'Wait'
  /** From PreFilter or PreScore: leave out this plugin's Filter or Score. From Bind: leave it to the next plugin. */
  | 'Skip';

export interface Status {
  readonly code: Code;
  /** In upstream's words: they end up in the FailedScheduling event. */
  readonly reasons: readonly string[];
  /** The plugin that answered so; set by the framework. */
  readonly plugin?: string;
  /** With code Error: what was thrown. */
  readonly cause?: unknown;
}

export const SUCCESS: Status = { code: 'Success', reasons: [] };
export const SKIP: Status = { code: 'Skip', reasons: [] };

export const unschedulable = (...reasons: readonly string[]): Status => ({ code: 'Unschedulable', reasons });

export const unresolvable = (...reasons: readonly string[]): Status => ({
  code: 'UnschedulableAndUnresolvable',
  reasons,
});

/** A failure; `context` names the plugin and the extension point, as upstream's wrapped errors do. */
export function errorStatus(cause: unknown, context?: string): Status {
  const text = textOf(cause);
  return { code: 'Error', reasons: [context ? `${context}: ${text}` : text], cause };
}

export const isRejected = ({ code }: Status): boolean =>
  code === 'Unschedulable' || code === 'UnschedulableAndUnresolvable';

export const messageOf = ({ reasons }: Status): string => reasons.join(', ');

/** `status` as the answer of the plugin named `plugin`. */
export function from(plugin: string, status: Status): Status {
  return { code: status.code, reasons: status.reasons, plugin, cause: status.cause };
}
