// Errors as kubectl prints them, with the exit code. Called by main.ts for what a verb throws, and by verbs that go on after an error.
import { StatusError } from '../../api/status/status-error.ts';
import { ConfigurationError, ConnectionError, ExitError } from './errors.ts';

export interface ErrorText {
  /** Without the newline at its end; nothing is printed when empty. */
  readonly text: string;
  readonly code: number;
}

export function errorText(thrown: unknown): ErrorText {
  const error =
    thrown instanceof AggregateError && thrown.errors.length === 1 ? (thrown.errors[0] as unknown) : thrown;
  if (error instanceof ExitError) return { text: error.message, code: error.code };
  return { text: textOf(error), code: 1 };
}

function textOf(error: unknown): string {
  if (error instanceof StatusError && error.code === 422 && error.reason === 'Invalid')
    return invalidText(error);
  if (error instanceof ConfigurationError) return configurationText(error);
  if (error instanceof AggregateError) return flattened(error).map(messageOf).join('\n');
  const standard = standardText(error);
  if (standard !== undefined) return standard;
  const message = plainText(error);
  return message.startsWith('error: ') ? message : `error: ${message}`;
}

/** How one of several errors is shown: as alone, but without `error: `. */
export const messageOf = (error: unknown): string => standardText(error) ?? plainText(error);

/** What Go's Error() gives: an aggregate's errors in brackets. */
export function plainText(error: unknown): string {
  if (error instanceof AggregateError) {
    const all = [...new Set(flattened(error).map(plainText))];
    return all.length === 1 ? all[0]! : `[${all.join(', ')}]`;
  }
  if (error instanceof ConnectionError) return `${error.method} "${error.url}": ${error.message}`;
  return systemText(error) ?? (error instanceof Error ? error.message : String(error));
}

function standardText(error: unknown): string | undefined {
  if (error instanceof StatusError) {
    const { reason, message } = error;
    if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
    return reason ? `Error from server (${reason}): ${message}` : `Error from server: ${message}`;
  }
  if (error instanceof ConnectionError)
    return error.refused
      ? `The connection to the server ${error.host} was refused - did you specify the right host or port?`
      : `Unable to connect to the server: ${error.message}`;
  return undefined;
}

function invalidText({ status }: StatusError): string {
  const { details, message } = status;
  const request = 'The request is invalid';
  if (!details) return message ? `${request}: ${message}` : request;
  const causes = details.causes ?? [];
  let head = request;
  if (details.kind || details.name) head = `The ${details.kind ?? ''} "${details.name ?? ''}" is invalid`;
  else if (message && causes.length === 0) head += `: ${message}`;
  return causes.length === 0
    ? head
    : severalLines(`${head}: `, [
        ...new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`)),
      ]);
}

/** One problem is shown as any other error, unless a context is missing. */
function configurationText({ problems }: ConfigurationError): string {
  const [first = ''] = problems;
  const isPlain = problems.length === 1 && !first.startsWith('context was not found');
  return isPlain ? `error: ${first}` : severalLines('Error in configuration: ', problems);
}

function severalLines(head: string, lines: readonly string[]): string {
  // A message may end with a line break of its own.
  if (lines.length === 1) return `${head}${lines[0]}\n`;
  return [head, ...lines.map((line) => `* ${line}`)].join('\n');
}

function flattened(error: AggregateError): unknown[] {
  return error.errors.flatMap((one: unknown) => (one instanceof AggregateError ? flattened(one) : [one]));
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  EEXIST: 'file exists',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
};

/** A failed call of the file system, as Go words it. */
function systemText(error: unknown): string | undefined {
  const { code = '', syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (!syscall || !path || !Object.hasOwn(SYSTEM, code)) return undefined;
  return `${syscall} ${path}: ${SYSTEM[code]}`;
}
