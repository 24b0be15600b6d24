// HAProxy's runtime API: commands over its Unix socket. Used by haproxy.ts to change the addresses of servers.
import { connect } from 'node:net';

/** HAProxy reads a line into a buffer of 16 KiB. */
const LONGEST_LINE = 12_000;
const TIMEOUT_MS = 2_000;

/** Runs the commands in order; rejects when one of them was refused. */
export async function runCommands(socket: string, commands: readonly string[]): Promise<void> {
  for (const line of linesOf(commands)) {
    const answer = await ask(socket, line);
    if (/No such|Invalid|invalid|Unknown|unknown|Require|must be|can't|failed/.test(answer))
      throw new Error(`the proxy refused a change: ${answer.trim().slice(0, 200)}`);
  }
}

/** Commands joined into as few lines as HAProxy takes. */
export function linesOf(commands: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const command of commands) {
    if (line && line.length + command.length > LONGEST_LINE) {
      lines.push(line);
      line = '';
    }
    line += line ? `;${command}` : command;
  }
  return line ? [...lines, line] : lines;
}

export function ask(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.setEncoding('latin1');
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the proxy does not answer')));
    socket.on('connect', () => socket.end(`${line}\n`));
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
