// An answer other than success: thrown by handlers, written by server.ts as plain text.

export class HttpFailure extends Error {
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
