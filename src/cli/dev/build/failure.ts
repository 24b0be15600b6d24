// A build that its builder has refused, with what the builder wrote.

/** Characters of a builder's output that are shown, from its end. */
const MOST_OUTPUT = 8 * 1024;

export class BuildFailure extends Error {
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output.trim().slice(-MOST_OUTPUT);
  }
}
