// Errors that say which file they are about: `error when creating "x.yaml": …`. A refusal of the server keeps its reason.
import { StatusError } from '../../api/status/status-error.ts';
import { plainText } from './text.ts';

/** The same error where the object is from no file. */
export function withSource(doing: string, source: string, error: unknown): unknown {
  if (source === '') return error;
  const text = `error when ${doing} ${JSON.stringify(source)}: `;
  if (error instanceof StatusError)
    return new StatusError({ ...error.status, message: `${text}${error.status.message ?? ''}` });
  return new Error(`${text}${plainText(error)}`, { cause: error });
}
