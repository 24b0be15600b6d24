// Errors as the OCI distribution specification has them: a code of its list, and a sentence for people.

export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS'
  | 'UNAVAILABLE'
  | 'UNKNOWN';

export class RegistryError extends Error {
  readonly status: number;
  readonly code: ErrorCode;

  constructor(status: number, code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

export const errorBody = ({ code, message }: RegistryError): string =>
  JSON.stringify({ errors: [{ code, message }] });

export const blobUnknown = (digest: string) =>
  new RegistryError(404, 'BLOB_UNKNOWN', `blob ${digest} is unknown to the repository`);
export const manifestUnknown = (reference: string) =>
  new RegistryError(404, 'MANIFEST_UNKNOWN', `manifest ${reference} is unknown to the repository`);
export const uploadUnknown = () =>
  new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'the upload is unknown, or has been idle for too long');

export const diskFull = (cause?: unknown) =>
  new RegistryError(507, 'DENIED', 'no space left on the disk of the registry', { cause });

/** What the file system says when there is no room. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
