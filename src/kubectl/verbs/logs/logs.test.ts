import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { badRequest } from '../../../api/status/status-error.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { checkLogFlags, type LogFlags, logQuery, timeOf } from './options.ts';
import { type Reading, readLogs } from './read-logs.ts';
import { type LogChoice, type LogRequest, logRequests } from './requests.ts';

const none: LogFlags & { 'all-containers': boolean } = {
  follow: false,
  previous: false,
  timestamps: false,
  'limit-bytes': 0,
  tail: -1,
  'since-time': '',
  since: 0,
  'insecure-skip-tls-verify-backend': false,
  'all-containers': false,
};

describe('flags of logs', () => {
  it('become the parameters of the request', () => {
    assert.deepEqual(logQuery(none, { withSelector: false, tailGiven: false }), {});
    assert.deepEqual(logQuery(none, { withSelector: true, tailGiven: false }), { tailLines: '10' });
    assert.deepEqual(logQuery(none, { withSelector: true, tailGiven: true }), {});
    const all = {
      ...none,
      follow: true,
      tail: 3,
      since: 1_499,
      'since-time': '2024-08-30T08:00:00+02:00',
      'limit-bytes': 9,
    };
    assert.deepEqual(logQuery(all, { withSelector: false, tailGiven: true }), {
      follow: 'true',
      limitBytes: '9',
      sinceSeconds: '1',
      sinceTime: '2024-08-30T06:00:00Z',
      tailLines: '3',
    });
    assert.throws(() => timeOf('yesterday'), /^Error: parsing time "yesterday" as/);
  });

  it('are refused where they contradict each other', () => {
    const given = { container: '', byFlag: false, words: 1 };
    const refused = (flags: Partial<typeof none>, more: Partial<typeof given>, message: string) =>
      assert.throws(() => checkLogFlags({ ...none, ...flags }, { ...given, ...more }), { message });
    checkLogFlags(none, given);
    refused(
      { since: 1000, 'since-time': 'x' },
      {},
      'at most one of `sinceTime` or `sinceSeconds` may be specified',
    );
    refused(
      { 'all-containers': true },
      { container: 'c' },
      '--all-containers=true should not be specified with container name c',
    );
    refused({}, { byFlag: true, words: 2 }, 'only one of -c or an inline [CONTAINER] arg is allowed');
    refused({ 'limit-bytes': -1 }, {}, '--limit-bytes must be greater than 0');
    refused({ tail: -2 }, {}, '--tail must be greater than or equal to -1');
  });
});

const pod = (name: string, spec: object, annotations = {}): Pod =>
  ({ metadata: { name, namespace: 'ns', annotations }, spec }) as Pod;
const one: LogChoice = { container: '', allContainers: false, allPods: false };

describe('which logs are read', () => {
  const several = {
    containers: [{ name: 'app' }, { name: 'sidecar' }],
    initContainers: [{ name: 'setup' }],
    ephemeralContainers: [{ name: 'debug' }],
  };
  const chosen = (of: Pod, choice: LogChoice) => {
    const warnings: string[] = [];
    const requests = logRequests([of], choice, (text) => warnings.push(text));
    return [requests.map(({ container }) => container).join(), warnings.join('')];
  };

  it('is the named container, the one of the annotation, or the first, of which the user is told', () => {
    assert.deepEqual(chosen(pod('p', several), { ...one, container: 'setup' }), ['setup', '']);
    const annotated = pod('p', several, { 'kubectl.kubernetes.io/default-container': 'sidecar' });
    assert.deepEqual(chosen(annotated, one), ['sidecar', '']);
    const names = 'app, sidecar, debug (ephem), setup (init)';
    assert.deepEqual(chosen(pod('p', several), one), ['app', `Defaulted container "app" out of: ${names}\n`]);
    assert.deepEqual(chosen(pod('p', several), { ...one, allPods: true }), ['app', '']);
    assert.throws(() => chosen(pod('p', several), { ...one, container: 'x' }), {
      message: `container x is not valid for pod p out of: ${names}`,
    });
  });

  it('is that of all containers in the order in which they run', () => {
    assert.deepEqual(chosen(pod('p', several), { ...one, allContainers: true }), [
      'setup,app,sidecar,debug',
      '',
    ]);
  });
});

describe('reading logs', () => {
  const request = (name: string): LogRequest => ({ namespace: 'ns', pod: name, container: 'c' });
  const reading = (open: Reading['open'], more: Partial<Reading> = {}) => {
    const out: Buffer[] = [];
    const err: string[] = [];
    const clock = new SteppedClock();
    const all: Reading = {
      open,
      out: {
        write: (bytes) => {
          out.push(bytes);
          return undefined;
        },
      },
      err: (text) => err.push(text),
      follow: false,
      prefix: false,
      ignoreErrors: false,
      mostAtOnce: 5,
      startTimeoutMs: 20_000,
      clock,
      signal: new AbortController().signal,
      ...more,
    };
    return { all, clock, out: () => Buffer.concat(out).toString(), err };
  };
  const log = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

  it('copies one after the other, with the prefix before each line if it is wanted', async () => {
    const { all, out } = reading(async ({ pod: name }) => log(`${name}1\n${name}`, '2\nend'), {
      prefix: true,
    });
    await readLogs([request('a'), request('b')], all);
    assert.equal(out(), '[pod/a/c] a1\n[pod/a/c] a2\n[pod/a/c] end[pod/b/c] b1\n[pod/b/c] b2\n[pod/b/c] end');
  });

  it('does not mix the lines of logs that it follows, and refuses more than the limit', async () => {
    const { all, out } = reading(
      async ({ pod: name }) => log(`${name}-`, `${name}\n`, `${name}=`, `${name}\n`),
      {
        follow: true,
        mostAtOnce: 2,
      },
    );
    await readLogs([request('a'), request('b')], all);
    assert.deepEqual(out().trim().split('\n').sort(), ['a-a', 'a=a', 'b-b', 'b=b']);
    await assert.rejects(readLogs([request('a'), request('b'), request('c')], all), {
      message:
        'you are attempting to follow 3 log streams, but maximum allowed concurrency is 2, use --max-log-requests to increase the limit',
    });
  });

  it('writes a line without end in pieces', async () => {
    let written = 0;
    const endless = Readable.from(
      (function* () {
        for (let i = 0; i < 48; i++) yield Buffer.alloc(64 * 1024, 'x');
      })(),
    );
    const sizes: number[] = [];
    const { all } = reading(async () => endless, {
      prefix: true,
      out: {
        write: (bytes) => {
          written += bytes.length;
          sizes.push(bytes.length);
          return undefined;
        },
      },
    });
    await readLogs([request('a')], all);
    assert.ok(written > 48 * 64 * 1024);
    assert.ok(sizes.length >= 3);
  });

  it('waits for a container to start if its log is followed, and gives up after the time', async () => {
    let attempts = 0;
    const starting = async () => {
      if (++attempts < 3) throw badRequest('container "c" is waiting to start: ContainerCreating');
      return log('started\n');
    };
    const { all, clock, out, err } = reading(starting, { follow: true });
    const done = readLogs([request('a')], all);
    await clock.step(1_000);
    await clock.step(1_000);
    await done;
    assert.equal(out(), 'started\n');
    assert.equal(err.length, 2);
    attempts = -100;
    const late = assert.rejects(readLogs([request('a')], { ...all, startTimeoutMs: 2_000 }), {
      message: 'context deadline exceeded',
    });
    for (let i = 0; i < 3; i++) await clock.step(1_000);
    await late;
  });

  it('goes on after an error if it shall, else ends with it', async () => {
    const broken = async ({ pod: name }: LogRequest) => {
      if (name === 'a') throw badRequest('no');
      return log('b\n');
    };
    await assert.rejects(readLogs([request('a'), request('b')], reading(broken).all), { message: 'no' });
    const { all, out } = reading(broken, { ignoreErrors: true });
    await readLogs([request('a'), request('b')], all);
    assert.equal(out(), 'error: no\nb\n');
  });
});
