// The errors of verbs that are printed in a way of their own; everything else is an Error, printed as `error: MESSAGE`, or a StatusError
// of the server. text.ts turns all of them into text.

/** A command line that cannot be understood; the command's path is put behind the message. */
export class UsageError extends Error {}

/** Ends with this code; nothing is printed when the message is empty. */
export class ExitError extends Error {
  readonly code: number;

  constructor(code: number, message = '') {
    super(message);
    this.code = code;
  }
}

/** The kubeconfig cannot be used; printed as `Error in configuration: …`. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid configuration: ${problems.join(', ')}`);
    this.problems = problems;
  }
}

/** No answer came. `host` is what the URL names: HOST:PORT. */
export class ConnectionError extends Error {
  readonly host: string;
  readonly url: string;
  readonly method: string;
  readonly refused: boolean;

  constructor(method: string, url: string, message: string, refused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.method = method;
    this.url = url;
    this.host = new URL(url).host;
    this.refused = refused;
  }
}

/** No kind of the server is called so. */
export class NoMatchError extends Error {}

/** One error, or all of them as one. */
export const combined = (errors: readonly unknown[]): unknown =>
  errors.length === 1 ? errors[0] : new AggregateError(errors);
