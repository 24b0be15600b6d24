// The Status that ends a command on the error channel, and how the runtime's is parsed: Success, an exit code (reason
// NonZeroExitCode with an ExitCode cause), or InternalError. Pure.
import type { Status } from '../../../api/meta/v1/status.ts';

const base = { kind: 'Status', apiVersion: 'v1', metadata: {} } as const;

export const successStatus: Status = { metadata: {}, status: 'Success' };

export function exitCodeStatus(code: number): Status {
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

export function machineryStatus(message: string): Status {
  return {
    ...base,
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}

/** From what the runtime wrote on its error stream (protocol v4: one Status as JSON). */
export function statusFromRuntime(text: string): Status {
  const status = parse(text);
  if (status?.status === 'Success') return successStatus;
  if (status?.status !== 'Failure') return machineryStatus(`error stream protocol error: ${unknown(text)}`);
  if (status.reason !== 'NonZeroExitCode') return machineryStatus(status.message ?? '');
  if (!status.details) return machineryStatus('error stream protocol error: details must be set');
  const { causes } = status.details;
  const cause = Array.isArray(causes) ? causes.find((one) => one?.reason === 'ExitCode') : undefined;
  if (!cause) return machineryStatus('error stream protocol error: no ExitCode cause given');
  const code = Number(cause.message);
  if (!/^\d+$/.test(cause.message ?? '') || code > 255) {
    return machineryStatus(`error stream protocol error: invalid exit code value "${cause.message ?? ''}"`);
  }
  return exitCodeStatus(code);
}

const unknown = (text: string) => (text === '' ? 'unexpected EOF' : 'unknown error');

function parse(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Status) : undefined;
  } catch {
    return undefined;
  }
}
