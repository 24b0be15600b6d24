// How long a command waits, and what it says when that was not enough. Called by everything that waits for objects.
import type { Io } from '../io/io.ts';
import type { Info } from '../resources/info.ts';
import type { Session } from '../session/session.ts';

export interface Waiting {
  readonly session: Session;
  readonly io: Io;
  /** For all objects together. */
  readonly timeoutMs: number;
}

export const timedOut = (info?: Info): Error =>
  new Error(`timed out waiting for the condition${info ? ` on ${info.mapping.resource}/${info.name}` : ''}`);

/** Calls `work` with a signal that aborts when the time is over, or when the command is interrupted. */
export async function withDeadline<T>(
  { io, timeoutMs }: { readonly io: Pick<Io, 'clock' | 'signal'>; readonly timeoutMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = io.clock.after(timeoutMs, () => late.abort(timedOut()));
  try {
    return await work(AbortSignal.any([late.signal, io.signal]));
  } finally {
    timer.cancel();
  }
}

/** A wait that the deadline ended says of which object it was. */
export async function saying<T>(info: Info, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    if (signal.aborted) throw timedOut(info);
    return await work();
  } catch (error) {
    throw signal.aborted ? timedOut(info) : error;
  }
}
