// A node for tests: files of this machine with a mount namespace of their own, so that mounts are real and end with the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { exec } from '../../../kit/exec.ts';
import type { NodeExec } from '../../options.ts';
import { HostFiles } from '../host-files.ts';
import type { NodeFiles } from '../node-files.ts';

export interface OwnNamespace {
  readonly files: NodeFiles;
  /** The same files for another kubelet. */
  readonly another: NodeFiles;
  /** An empty directory. */
  readonly root: string;
  /** What is in a file as the node sees it. */
  seen(path: string): Promise<string | undefined>;
  /** Put before a command, it runs on the node. */
  readonly enter: readonly string[];
  /** What was run on the node. */
  readonly commands: string[];
  /** Answers calls of mount and umount that begin so, instead of the node. */
  readonly answers: Record<string, (() => Promise<string>) | undefined>;
}

export async function ownNamespace(t: TestContext): Promise<OwnNamespace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'node-')));
  const script = 'mount --make-rshared /; echo; exec sleep 1000';
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  const enter = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'];
  const commands: string[] = [];
  const answers: OwnNamespace['answers'] = {};
  const run: NodeExec = (command, options) => {
    commands.push(command.join(' '));
    const [text] = mountCalls([command.join(' ')]);
    const answer = Object.entries(answers).find(([start]) => text?.startsWith(start))?.[1];
    return answer ? answer() : exec([...enter, ...command], options);
  };
  const [files, another] = [new HostFiles(run), new HostFiles(run)];
  t.after(async () => {
    await Promise.all([files.close(), another.close()]);
    holder.kill('SIGKILL');
    await ended;
    await rm(root, { recursive: true, force: true });
  });
  const seen = (path: string) => readFile(`/proc/${holder.pid}/root${path}`, 'utf8').catch(() => undefined);
  return { files, another, root, seen, enter, commands, answers };
}

/** The calls of mount and umount, without what limits their time. */
export const mountCalls = (commands: readonly string[]): string[] =>
  commands.flatMap((text) => /^timeout -k 5 \d+ (u?mount .*)$/.exec(text)?.[1] ?? []);
