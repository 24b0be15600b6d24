// Ends the processes of a server or an agent: asks them first, so that they give leases back and end their children, and kills what is left.
// They are known by their record, and by the directory that they were started with. Called by reset.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../../kit/clock.ts';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

/** Milliseconds that they get to end by themselves. */
const PATIENCE_MS = 10_000;
/** And to end when they are killed: one may wait for a disk for ever, or be started again by somebody else. */
const KILLING_MS = 10_000;
const PAUSE_MS = 20;
/** Programs that Tiphys starts with a path of its directory. Others may have such a path for other reasons: an editor, a tail. */
const PROGRAMS = /^(?:etcd|containerd|containerd-shim-.+)$/;

/** Gives how many there were. Throws when some do not end. */
export async function endProcesses(
  directory: string,
  recorded: number | undefined,
  clock: Clock,
  list: () => readonly Process[] = processes,
): Promise<number> {
  const ended = new Set<number>();
  const deadline = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const left = belonging(directory, recorded, list());
    if (left.length === 0) return ended.size;
    if (clock.monotonic() > deadline + KILLING_MS)
      throw new Error(`these processes do not end: ${left.join(', ')}`);
    const late = clock.monotonic() > deadline;
    for (const pid of left) {
      if (late) signal(pid, 'SIGKILL');
      else if (!ended.has(pid)) signal(pid, 'SIGTERM');
      ended.add(pid);
    }
    await clock.sleep(PAUSE_MS);
  }
}

/** Launchers first, which would start again what is killed. Pure. Never this process or one that it descends from. */
export function belonging(
  directory: string,
  recorded: number | undefined,
  all: readonly Process[],
): number[] {
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const own = new Set<number>();
  for (let pid = process.pid; pid > 0 && !own.has(pid); pid = byPid.get(pid)?.parent ?? 0) own.add(pid);
  const known = byPid.get(recorded ?? 0);
  const isNamed = ({ words }: Process) =>
    (PROGRAMS.test(basename(words[0] ?? '')) || isTiphys(words)) &&
    words.some((word) => word.replace(/^--[a-z-]+=/, '') === directory || word.includes(`${directory}/`));
  const found = all.filter(isNamed);
  if (known && isTiphys(known.words)) {
    const launcher = byPid.get(known.parent);
    if (launcher && isTiphys(launcher.words)) found.unshift(launcher);
    found.push(known);
  }
  return [...new Set(found.map(({ pid }) => pid))].filter((pid) => !own.has(pid));
}

const isTiphys = (words: Process['words']): boolean =>
  words.some((word) => /(?:^|\/)(?:tiphys|tiphys\.mjs|main\.ts)$/.test(word));

function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!(pid > 1)) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold anything, so count from its end: state, parent.
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return [];
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
      return [{ pid, parent: Number(parent), words }];
    } catch {
      return [];
    }
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in the meantime.
  }
}
