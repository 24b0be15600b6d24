import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attributesOf } from '../../../src/kubelet/server/attributes.ts';
import { HttpFailure } from '../../../src/kubelet/server/failure.ts';
import { LogFormatter } from '../../../src/kubelet/server/logs/format.ts';
import { LogQueryError, parseLogQuery } from '../../../src/kubelet/server/logs/options.ts';
import { podTarget, streamTarget } from '../../../src/kubelet/server/path.ts';
import { execStreams, forwardedPorts } from '../../../src/kubelet/server/streaming/exec-query.ts';
import { nearMissBytes, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const short = (text: string) => text.slice(0, 16 * 1024);
const words = [
  '/',
  '//',
  'exec',
  'attach',
  'portForward',
  'run',
  'containerLogs',
  'logs',
  'pods',
  'default',
  'web',
  'app',
  '%2f',
  '%',
  '%2e%2e',
  '..',
];
const parameters = [
  'tail=',
  'tailLines=',
  'sinceSeconds=',
  'sinceTime=',
  'limitBytes=',
  'follow=',
  'stream=',
  'port=',
  'input=1',
  'output=1',
  '&',
  '=',
  '1',
  '-1',
  '99999999999999999999',
  '2026-01-01T00:00:00Z',
  'All',
  'Stdout',
  '80,443',
];
const lines = [
  '2026-01-02T03:04:05Z stdout F hello\n',
  '2026-01-02T03:04:05.123456789Z stderr P part\n',
  '2026-01-02T03:04:06+02:00 stdout F \n',
].map((line) => Buffer.from(line));

export const targets = [
  fuzzTarget({
    name: 'kubelet/path',
    input: fc
      .oneof(
        piecesOf(words),
        nearMisses(['/exec/default/web/uid/app', '/portForward/default/web', '/containerLogs/a/b/c'], words),
      )
      .map(short),
    run: (path) => {
      const target = streamTarget(path);
      // What is served as a command must be authorized as one.
      if (target || podTarget(path, 'run'))
        assert.deepEqual(
          attributesOf({ name: 'a', groups: [] }, 'GET', path, 'n').map(({ subresource }) => subresource),
          ['proxy'],
        );
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'kubelet/queries',
    input: fc
      .oneof(
        piecesOf(parameters),
        nearMisses(['tailLines=5&sinceSeconds=60&follow=true', 'port=80&input=1&output=1'], parameters),
      )
      .map(short),
    run: (text) => {
      const query = new URLSearchParams(text);
      for (const parse of [() => execStreams(query), () => forwardedPorts(query, true)])
        try {
          parse();
        } catch (error) {
          if (!(error instanceof HttpFailure)) throw error;
        }
      const { tailLines = 0, limitBytes = 1, since = 0 } = parseLogQuery(query, 1_767_225_600_000);
      assert.ok(tailLines >= 0 && limitBytes >= 1 && !Number.isNaN(since));
    },
    refuses: (error) => error instanceof LogQueryError,
  }),
  fuzzTarget({
    name: 'kubelet/log-lines',
    input: fc.tuple(
      fc.array(nearMissBytes(lines), { maxLength: 20 }),
      fc.boolean(),
      fc.option(fc.nat(100), { nil: undefined }),
    ),
    run: ([all, timestamps, limitBytes]) => {
      const format = new LogFormatter({
        follow: false,
        previous: false,
        timestamps,
        ...(limitBytes !== undefined && { limitBytes }),
      });
      const out: Buffer[] = [];
      for (const line of all) format.add(Buffer.from(line), out);
      if (limitBytes !== undefined) assert.ok(Buffer.concat(out).length <= limitBytes);
    },
    refuses: () => false,
  }),
];
