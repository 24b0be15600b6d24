// A webhook that cannot be reached, or does not answer in time: it would not answer another call either. Any other failure may be
// that of what it was asked. Thrown by post-review.ts.

export class NoAnswer extends Error {}

/** Also of an error that was caused by it. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof NoAnswer || (error instanceof Error && error.cause instanceof NoAnswer);
