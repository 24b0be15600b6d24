// What a supervisor and a process that it watches tell each other over Node's IPC channel.

export type FromChild =
  /** It has loaded and asks for its settings. */
  | { readonly kind: 'hello' }
  /** Sent once a second while the event loop runs. */
  | { readonly kind: 'alive' }
  /** It does its work; `port` is where it listens. */
  | { readonly kind: 'ready'; readonly port: number }
  /** It cannot start. A user error is shown as it is. */
  | { readonly kind: 'failed'; readonly text: string; readonly userError: boolean };

export type ToChild<Settings> =
  /** Answers `hello`. */
  | { readonly kind: 'start'; readonly settings: Settings }
  /** Answers each `alive`: the supervisor's own event loop runs. */
  | { readonly kind: 'alive' };

export const ALIVE_EVERY_MS = 1_000;
/** Somebody silent for this long counts as blocked: 5 s and the time between two messages, less half of it on average. */
export const SILENCE_LIMIT_MS = 5_500;
/** Reading a large store takes its time. */
export const START_LIMIT_MS = 120_000;
