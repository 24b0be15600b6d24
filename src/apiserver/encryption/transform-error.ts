// A stored object that cannot be decrypted. The message is what upstream answers for a read of the object, with status 500;
// a list names the object as well.
import { failure, type StatusError } from '../../api/status/status-error.ts';

export class TransformError extends Error {
  readonly key: string;

  constructor(key: string, message: string, cause: unknown) {
    super(message, { cause });
    this.key = key;
  }

  /** The error of a list that contains the object. */
  ofList(): StatusError {
    const text = `unable to transform key ${JSON.stringify(this.key)}: ${this.message}`;
    return failure(500, 'InternalError', `Internal error occurred: ${text}`, { causes: [{ message: text }] });
  }
}
