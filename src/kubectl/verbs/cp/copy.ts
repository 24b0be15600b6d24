// Copies between this machine and a container, by `tar` in the container. Called by command.ts.
import { lstat } from 'node:fs/promises';
import { basename, posix, resolve } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { Io } from '../../io/io.ts';
import { findContainer, findOrDefaultContainer, notAContainer } from '../../pods/containers.ts';
import { podPath } from '../../pods/first-pod.ts';
import type { Session } from '../../session/session.ts';
import { CommandExit } from '../../streams/exit-status.ts';
import type { CommandStreams } from '../../streams/session.ts';
import { runInContainer } from '../exec/in-container.ts';
import { archiveOf } from './archive.ts';
import { archivePrefix, type FileSpec } from './file-spec.ts';
import { unpack } from './untar.ts';

export interface Copying {
  readonly session: Session;
  readonly io: Io;
  /** Of a pod that is named without one. */
  readonly namespace: string;
  readonly container: string;
  readonly noPreserve: boolean;
  /** How often a copy from a container is resumed; negative: without end. */
  readonly retries: number;
}

/** Milliseconds for the question whether the destination is a directory. */
const PROBE_MS = 30_000;

/** Resolves when the command has ended well. */
type Exec = (command: readonly string[], streams: CommandStreams) => Promise<void>;

/** Runs commands in the container of a spec. The pod is read before each: it may have ended. */
const execIn =
  ({ session, io, namespace, container }: Copying, spec: FileSpec, signal = io.signal): Exec =>
  async (command, streams) => {
    const pod = await session.json<Pod>({ path: podPath(spec.namespace || namespace, spec.pod), signal });
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    if (container && !findContainer(pod, container)) throw notAContainer(pod, container);
    const warn = (text: string) => void streams.stderr?.write(text);
    await runInContainer({
      session,
      io: { ...io, signal },
      subresource: 'exec',
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name ?? '',
      container: findOrDefaultContainer(pod, container, warn).name,
      command,
      streams,
    });
  };

export async function copyToPod(copying: Copying, from: FileSpec, to: FileSpec): Promise<void> {
  const { io, noPreserve } = copying;
  const source = resolve(io.cwd, from.file);
  if (!(await lstat(source).catch(() => undefined)))
    throw new Error(`${from.file} doesn't exist in local filesystem`);
  const inFolder = await isFolder(copying, to);
  const target = posix.normalize(inFolder ? posix.join(to.file, basename(source)) : to.file);
  const folder = posix.dirname(target);
  const archive = Readable.from(archiveOf(source, posix.basename(target)), { objectMode: false });
  const options = noPreserve ? ['--no-same-permissions', '--no-same-owner'] : [];
  const broken = new Promise<never>((_, reject) => archive.once('error', reject));
  const running = execIn(copying, to)(['tar', ...options, '-xmf', '-', ...(folder ? ['-C', folder] : [])], {
    stdin: archive,
    stdout: io.stdout,
    stderr: io.stderr,
  });
  await Promise.race([running, broken]);
}

async function isFolder(copying: Copying, to: FileSpec): Promise<boolean> {
  const late = new AbortController();
  const timer = copying.io.clock.after(PROBE_MS, () => late.abort());
  const signal = AbortSignal.any([copying.io.signal, late.signal]);
  try {
    await execIn(copying, to, signal)(['test', '-d', to.file], { stdout: nowhere(), stderr: nowhere() });
    return true;
  } catch (error) {
    if (late.signal.aborted) throw new Error('context deadline exceeded', { cause: error });
    return false;
  } finally {
    timer.cancel();
  }
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

export async function copyFromPod(
  copying: Copying,
  from: FileSpec,
  to: FileSpec,
  advice: string,
): Promise<void> {
  // What cannot be written here ends the command that sends it.
  const stop = new AbortController();
  const signal = AbortSignal.any([copying.io.signal, stop.signal]);
  const archive = new Resumed({ ...copying, io: { ...copying.io, signal } }, from);
  try {
    await unpack({
      archive,
      prefix: archivePrefix(from.file),
      target: to.file,
      cwd: copying.io.cwd,
      warn: copying.io.err,
      linkAdvice: advice,
    });
    await archive.finished();
  } finally {
    stop.abort();
  }
}

/** The container's archive; when the connection ends before it, it is asked for from there on, as often as the user allows. */
class Resumed implements AsyncIterable<Buffer> {
  readonly #copying: Copying;
  readonly #from: FileSpec;
  #bytes = 0;
  #retries = 0;
  #output = new PassThrough();
  #running: Promise<unknown> = Promise.resolve();

  constructor(copying: Copying, from: FileSpec) {
    this.#copying = copying;
    this.#from = from;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      this.#start();
      const output = this.#output.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      for await (const chunk of output) {
        this.#bytes += chunk.length;
        yield chunk;
      }
      const failure = await this.#running;
      const { retries, io } = this.#copying;
      if (failure instanceof CommandExit) throw failure;
      if (retries >= 0 && this.#retries >= retries) {
        if (failure) throw failure;
        io.out(`Dropping out copy after ${this.#retries} retries\n`);
        return;
      }
      this.#retries++;
      io.out(`Resuming copy at ${this.#bytes} bytes, retry ${this.#retries}/${retries}\n`);
    }
  }

  /** Throws what the command failed with although its archive was whole. */
  async finished(): Promise<void> {
    this.#output.resume();
    const failure = await this.#running;
    if (failure) throw failure;
  }

  #start(): void {
    const output = new PassThrough();
    this.#output = output;
    const streams = { stdout: output, stderr: this.#copying.io.stdout };
    this.#running = execIn(this.#copying, this.#from)(this.#command(), streams)
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => output.end());
  }

  #command(): string[] {
    const { file } = this.#from;
    if (this.#copying.retries === 0) return ['tar', 'cf', '-', file];
    const quoted = `'${file.replaceAll("'", "'\\''")}'`;
    return ['sh', '-c', `tar cf - ${quoted} | tail -c+${this.#bytes + 1}`];
  }
}
