// How a remote command ended: what the error stream of the protocols v4 and v5 says. Called when a session is over.
import type { Status } from '../../api/meta/v1/status.ts';
import { ExitError } from '../errors/errors.ts';

/** The command ran and ended with a code other than 0, which kubectl takes for its own. */
export class CommandExit extends ExitError {
  constructor(code: number) {
    super(code, `command terminated with exit code ${code}`);
  }
}

/** The error that the message on the error stream means; undefined for success and for no message. */
export function errorOfStatus(message: Buffer): Error | undefined {
  if (message.length === 0) return undefined;
  const text = message.toString();
  const status = parsed(text);
  if (!status) return new Error(`error stream protocol error: invalid JSON in ${JSON.stringify(text)}`);
  if (status.status === 'Success') return undefined;
  if (status.status !== 'Failure') return new Error('error stream protocol error: unknown error');
  if (status.reason !== 'NonZeroExitCode') return new Error(status.message ?? '');
  if (!status.details) return new Error('error stream protocol error: details must be set');
  const cause = status.details.causes?.find(({ reason }) => reason === 'ExitCode');
  if (!cause) return new Error('error stream protocol error: no ExitCode cause given');
  const code = exitCode(cause.message ?? '');
  if (code !== undefined) return new CommandExit(code);
  return new Error(
    `error stream protocol error: invalid exit code value ${JSON.stringify(cause.message ?? '')}`,
  );
}

function parsed(text: string): Status | undefined {
  try {
    const value = JSON.parse(text) as Status | null;
    return value && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A decimal number of 8 bits. */
function exitCode(text: string): number | undefined {
  const code = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return code <= 255 ? code : undefined;
}
