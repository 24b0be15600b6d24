// The query of exec, attach and port-forward on the kubelet: command=…, input|output|error|tty=1, port=…. Pure.
import type { ExecStreams } from '../backend.ts';
import { HttpFailure } from '../failure.ts';

export function execStreams(query: URLSearchParams): ExecStreams {
  const on = (name: string) => query.get(name) === '1';
  const tty = on('tty');
  const streams = { stdin: on('input'), stdout: on('output'), stderr: on('error') && !tty, tty };
  if (!streams.stdin && !streams.stdout && !streams.stderr) {
    throw new HttpFailure(400, 'you must specify at least 1 of stdin, stdout, stderr');
  }
  return streams;
}

/** Ports of a WebSocket port-forward, which names them beforehand; SPDY names them per stream. */
export function forwardedPorts(query: URLSearchParams, required: boolean): number[] {
  const texts = query.getAll('port').flatMap((value) => value.split(','));
  if (texts.length === 0 && required) throw new HttpFailure(400, 'query parameter "port" is required');
  return texts.map((text) => {
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
      throw new HttpFailure(400, `unable to parse "${text}" as a port`);
    }
    return port;
  });
}
