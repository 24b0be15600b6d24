import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { HostFiles } from '../../files/host-files.ts';
import { nodePath } from '../../files/node-files.ts';
import { logContainerId } from './container-id.ts';
import { nanoTimestamp, parseCriLine } from './cri-line.ts';
import { type LogOptions, parseLogQuery } from './options.ts';
import { openContainerLog } from './reader.ts';
import { tailStart } from './tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'logs-test-'));
after(() => rmSync(folder, { recursive: true }));

const line = (second: number, text: string, stream = 'stdout', tag = 'F') =>
  `2026-01-02T03:04:${String(second).padStart(2, '0')}.5Z ${stream} ${tag} ${text}\n`;

let files = 0;
function logFile(content: string): string {
  const path = join(folder, `${files++}.log`);
  writeFileSync(path, content);
  return path;
}

const defaults: LogOptions = { follow: false, previous: false, timestamps: false };

async function read(path: string, options: Partial<LogOptions> = {}): Promise<string> {
  const log = await openContainerLog({
    files: new HostFiles(async () => ''),
    source: { path, isRunning: async () => false },
    options: { ...defaults, ...options },
    clock: new SteppedClock(),
    signal: new AbortController().signal,
  });
  let out = '';
  for await (const chunk of log) out += chunk;
  return out;
}

describe('a line of the CRI log format', () => {
  it('gives its stream, and its text with the newline', () => {
    const parsed = parseCriLine(Buffer.from(line(1, 'hello world', 'stderr')));
    assert.equal(parsed?.stream, 'stderr');
    assert.equal(parsed?.text.toString(), 'hello world\n');
  });

  it('is a part without newline when tagged P', () => {
    assert.equal(parseCriLine(Buffer.from(line(1, 'par', 'stdout', 'P')))?.text.toString(), 'par');
  });

  it('may be empty', () => {
    assert.equal(parseCriLine(Buffer.from(line(1, '')))?.text.toString(), '\n');
  });

  it('is skipped when it is something else', () => {
    for (const text of ['', '\n', 'garbage\n', '2026-01-02T03:04:05Z stdin F x\n']) {
      assert.equal(parseCriLine(Buffer.from(text)), undefined);
    }
  });

  it('has its time printed with nine decimals', () => {
    assert.equal(nanoTimestamp('2026-01-02T03:04:05.5Z'), '2026-01-02T03:04:05.500000000Z');
    assert.equal(nanoTimestamp('2026-01-02T03:04:05+02:00'), '2026-01-02T03:04:05.000000000+02:00');
  });
});

describe('reading a container log', () => {
  it('prints all lines of both streams in order', async () => {
    const path = logFile(line(1, 'a') + line(2, 'b', 'stderr'));
    assert.equal(await read(path), 'a\nb\n');
  });

  it('prints one stream when asked to', async () => {
    const path = logFile(line(1, 'a') + line(2, 'b', 'stderr'));
    assert.equal(await read(path, { stream: 'stderr' }), 'b\n');
  });

  it('joins parts, and stamps each joined line once', async () => {
    const path = logFile(line(1, 'ab', 'stdout', 'P') + line(1, 'cd') + line(2, 'e'));
    assert.equal(
      await read(path, { timestamps: true }),
      '2026-01-02T03:04:01.500000000Z abcd\n2026-01-02T03:04:02.500000000Z e\n',
    );
  });

  it('starts at a time', async () => {
    const path = logFile(line(1, 'a') + line(2, 'b') + line(3, 'c'));
    assert.equal(await read(path, { since: Date.parse('2026-01-02T03:04:02Z') }), 'b\nc\n');
  });

  it('stops at the byte limit, in the middle of a line', async () => {
    assert.equal(await read(logFile(line(1, 'abc') + line(2, 'def')), { limitBytes: 6 }), 'abc\nde');
  });

  it('prints the last lines only', async () => {
    const path = logFile(Array.from({ length: 5000 }, (_, i) => line(i % 60, `line ${i}`)).join(''));
    assert.equal(await read(path, { tailLines: 2 }), 'line 4998\nline 4999\n');
    assert.equal(await read(path, { tailLines: 0 }), '');
    assert.equal((await read(path, { tailLines: 9999 })).split('\n').length, 5001);
  });

  it('prints lines longer than a block whole', async () => {
    const long = 'x'.repeat(200_000);
    assert.equal(await read(logFile(line(1, long) + line(2, 'end'))), `${long}\nend\n`);
  });

  it('finds the tail also when the last line is unfinished', async () => {
    const path = logFile('one\ntwo\nthr');
    const file = await new HostFiles(async () => '').open(nodePath(path));
    assert.equal(await tailStart(file, 11, 1), 8);
    assert.equal(await tailStart(file, 11, 2), 4);
    await file.close();
  });
});

describe('following a container log', () => {
  async function follow(path: string, options: Partial<LogOptions> = {}) {
    const clock = new SteppedClock();
    const state = { running: true };
    const gone = new AbortController();
    const log = await openContainerLog({
      files: new HostFiles(async () => ''),
      source: { path, isRunning: async () => state.running },
      options: { ...defaults, follow: true, ...options },
      clock,
      signal: gone.signal,
    });
    const next = async () => String((await log.next()).value ?? 'END');
    const stop = async () => {
      state.running = false;
      const ended = log.next();
      for (let done = false; !done; ) {
        await clock.step(1000);
        done = await Promise.race([ended.then(() => true), clock.turn().then(() => false)]);
      }
      return String((await ended).value ?? 'END');
    };
    return { next, stop, gone, log };
  }

  it('gives what is added until the container has ended', async () => {
    const path = logFile(line(1, 'old'));
    const reader = await follow(path);
    assert.equal(await reader.next(), 'old\n');
    const added = reader.next();
    appendFileSync(path, line(2, 'new'));
    assert.equal(await added, 'new\n');
    assert.equal(await reader.stop(), 'END');
  });

  it('gives the rest of a rotated file, then the new one', async () => {
    const path = logFile(line(1, 'first'));
    const reader = await follow(path);
    assert.equal(await reader.next(), 'first\n');
    renameSync(path, `${path}.20260102`);
    appendFileSync(`${path}.20260102`, line(2, 'before reopening'));
    writeFileSync(path, line(3, 'in the new file'));
    assert.equal(await reader.next(), 'before reopening\n');
    assert.equal(await reader.next(), 'in the new file\n');
    assert.equal(await reader.stop(), 'END');
  });

  it('waits for a line to be complete, but gives it at the end', async () => {
    const path = logFile(line(1, 'whole') + line(2, 'half').slice(0, -2));
    const reader = await follow(path);
    assert.equal(await reader.next(), 'whole\n');
    assert.equal(await reader.stop(), 'hal');
    await reader.log.return(undefined);
  });

  it('ends when the client has gone', async () => {
    const reader = await follow(logFile(line(1, 'x')));
    assert.equal(await reader.next(), 'x\n');
    const ended = reader.next();
    reader.gone.abort();
    assert.equal(await ended, 'END');
  });
});

describe('the query of containerLogs', () => {
  const parse = (text: string) => parseLogQuery(new URLSearchParams(text), 1_000_000);

  it('is read into options', () => {
    assert.deepEqual(
      parse('follow=true&timestamps=1&tailLines=5&limitBytes=9&sinceSeconds=10&previous=false'),
      {
        follow: true,
        previous: false,
        timestamps: true,
        tailLines: 5,
        limitBytes: 9,
        since: 990_000,
        stream: undefined,
      },
    );
  });

  it('is refused when it makes no sense', () => {
    for (const text of ['tailLines=-1', 'limitBytes=0', 'sinceSeconds=0', 'stream=Both']) {
      assert.throws(() => parse(text), { code: 422 }, text);
    }
    assert.throws(() => parse('sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z'), { code: 422 });
    assert.throws(() => parse('tailLines=many'), { code: 400 });
  });
});

describe('whose log is meant', () => {
  const pod = (status: object): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    status: {
      containerStatuses: [{ name: 'c', image: '', imageID: '', ready: false, restartCount: 0, ...status }],
    },
  });
  const why = (status: object, previous = false) => {
    try {
      return logContainerId(pod(status), 'c', previous);
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('is the running container, else the last one', () => {
    assert.equal(why({ containerID: 'containerd://1', state: { running: {} } }), 'containerd://1');
    assert.equal(why({ state: { terminated: { containerID: 'containerd://2' } } }), 'containerd://2');
    const crashing = { state: { waiting: {} }, lastState: { terminated: { containerID: 'containerd://3' } } };
    assert.equal(why(crashing), 'containerd://3');
  });

  it('is the one before with previous', () => {
    const restarted = {
      containerID: 'containerd://2',
      state: { running: {} },
      lastState: { terminated: { containerID: 'containerd://1' } },
    };
    assert.equal(why(restarted, true), 'containerd://1');
    assert.equal(
      why({ state: { running: {} } }, true),
      'previous terminated container "c" in pod "p" not found',
    );
  });

  it('is explained when there is none yet', () => {
    const waiting = (reason: string) => why({ state: { waiting: { reason } } });
    const start = 'container "c" in pod "p" is waiting to start: ';
    assert.equal(waiting('ContainerCreating'), `${start}ContainerCreating`);
    assert.equal(waiting('ErrImagePull'), `${start}image can't be pulled`);
    assert.equal(waiting('ImagePullBackOff'), `${start}trying and failing to pull image`);
    assert.throws(
      () => logContainerId(pod({}), 'other', false),
      /container "other" in pod "p" is not available/,
    );
  });
});
