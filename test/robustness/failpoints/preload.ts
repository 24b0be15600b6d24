// Loaded into every process of a cluster under test before its own code (node --import), also into the store's thread: puts
// faults where they cannot be caused from outside. The product has no code for this. What to do stands in files of the
// directory ROBUSTNESS_FAILPOINTS, written by failpoints.ts: `commit` and `clock` hold what is wrong while they exist,
// `block-PID` and `exhaust-PID` are carried out once.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

const directory = process.env.ROBUSTNESS_FAILPOINTS;
/** How often the main thread looks, in milliseconds. */
const LOOK = 20;

function read(name: string): string | undefined {
  try {
    return readFileSync(join(directory!, name), 'utf8');
  } catch {
    return undefined;
  }
}

/** `ROBUSTNESS_INTERVALS=60000=250,…`: intervals of this length are shortened, to see in seconds what takes minutes. */
function shortenIntervals(setting: string): void {
  const shorter = new Map(setting.split(',').map((pair) => pair.split('=').map(Number) as [number, number]));
  const every = globalThis.setInterval;
  globalThis.setInterval = ((fn: () => void, ms: number) =>
    every(fn, shorter.get(ms) ?? ms)) as typeof globalThis.setInterval;
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** The signal arrives within microseconds; nothing may run until then. */
function killOwnProcess(): void {
  process.kill(process.pid, 'SIGKILL');
  for (;;) pause(1_000);
}

/** Commits of the store go wrong as the file `commit` says: see CommitFault in failpoints.ts. */
function failCommits(): void {
  const execute = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    if (sql !== 'COMMIT') return execute.call(this, sql);
    const [fault, ms] = read('commit')?.split(' ') ?? [];
    if (fault === 'slow') pause(Number(ms));
    if (fault === 'die') process.exit(1);
    if (fault === 'before') throw new Error('failpoint before COMMIT');
    if (fault === 'kill-before') killOwnProcess();
    execute.call(this, sql);
    if (fault === 'kill-after') killOwnProcess();
    if (fault === 'after') throw new Error('failpoint after COMMIT');
  };
}

/** Carries out what a file asks for, and removes it first. */
function once(name: string, carryOut: (content: string) => void): void {
  const content = read(name);
  if (content === undefined) return;
  rmSync(join(directory!, name));
  carryOut(content);
}

function block(ms: string): void {
  const until = performance.now() + Number(ms);
  while (performance.now() < until);
}

function exhaust(): void {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(1_000_000).fill(kept.length));
}

/** The file `clock` holds by how many milliseconds the wall clock is wrong. */
function lookRegularly(): void {
  const now = Date.now;
  let offset = 0;
  Date.now = () => now() + offset;
  const look = () => {
    offset = Number(read('clock') ?? 0);
    once(`block-${process.pid}`, block);
    once(`exhaust-${process.pid}`, exhaust);
  };
  look();
  setInterval(look, LOOK).unref();
}

if (directory && existsSync(directory)) {
  const intervals = process.env.ROBUSTNESS_INTERVALS;
  if (isMainThread) {
    lookRegularly();
    if (intervals) shortenIntervals(intervals);
  } else failCommits();
}
