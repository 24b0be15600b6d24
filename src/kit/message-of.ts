// The text of whatever was thrown: JavaScript can throw any value. Used in logs, events and statuses.

/** The message of a SyntaxError quotes the input that could not be parsed, which may be a secret: it is not given. */
export function messageOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'malformed input';
  return error instanceof Error ? error.message : String(error);
}
