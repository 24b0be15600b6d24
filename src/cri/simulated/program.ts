// What a simulated container does, read from its command: enough for tests to say "prints, waits, exits with 3".
// Understood: sleep, echo, true, false, exit, trap '' TERM, and sh -c with these separated by semicolons. A command under
// /missing fails to start; any other, and an image's own program, runs for ever.

export interface Program {
  /** Fails to start with this message. */
  startError?: string;
  /** Lines printed at the start. */
  output: string[];
  /** Milliseconds until it ends by itself; undefined = never. */
  runsFor?: number;
  exitCode: number;
  /** Ends on SIGTERM only by force. */
  ignoresTerm?: boolean;
}

export function readProgram(argv: readonly string[]): Program {
  const [name, ...args] = argv;
  if (name === undefined) return { output: [], exitCode: 0 };
  if (name.startsWith('/missing')) {
    const startError = `exec: "${name}": stat ${name}: no such file or directory`;
    return { startError, output: [], exitCode: 128 };
  }
  if (/(^|\/)(ba)?sh$/.test(name) && args[0] === '-c') return readScript(args[1] ?? '');
  return readScript(argv.join(' '));
}

function readScript(script: string): Program {
  const program: Program = { output: [], runsFor: 0, exitCode: 0 };
  for (const step of script.split(';').map((s) => s.trim())) {
    const [word, ...rest] = step.split(/\s+/);
    if (word === 'echo') program.output.push(rest.join(' '));
    else if (word === 'true' || word === '') program.exitCode = 0;
    else if (word === 'false') program.exitCode = 1;
    else if (word === 'trap') program.ignoresTerm = true;
    else if (word === 'exit') return { ...program, exitCode: Number(rest[0] ?? 0) };
    else if (word === 'sleep' && Number(rest[0]) >= 0) {
      program.runsFor = (program.runsFor ?? 0) + Number(rest[0]) * 1000;
    } else return { ...program, runsFor: undefined };
  }
  return program;
}
