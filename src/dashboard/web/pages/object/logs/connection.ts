// A log over a WebSocket of the API. A browser learns nothing of a WebSocket that was refused, so the reason is asked for by a request.

import { systemClock } from '../../../../../kit/clock.ts';
import { api } from '../../../api/client.ts';
import { ApiError } from '../../../api/errors.ts';
import { objectPath } from '../../../api/kind.ts';
import { openSocket } from '../../../api/socket.ts';
import type { LogSource } from './requests.ts';
import type { LogPorts } from './session.ts';

const PODS = { group: '', version: 'v1', plural: 'pods' };

export const logPath = ({ namespace, pod }: LogSource): string => objectPath(PODS, namespace, pod, 'log');

/** Milliseconds between two drawings: a log may write thousands of lines a second. */
const DRAWN_MS = 50;

export const logPorts: LogPorts = {
  open(source, query, on) {
    const socket = openSocket(logPath(source), query, ['binary.k8s.io']);
    const decoder = new TextDecoder();
    socket.onmessage = ({ data }) => {
      on.data(typeof data === 'string' ? data : decoder.decode(data as ArrayBuffer, { stream: true }));
    };
    socket.onclose = () => on.end();
    return {
      close() {
        socket.onmessage = null;
        socket.onclose = null;
        socket.close();
      },
    };
  },
  async problem(source, { follow: _, ...query }) {
    try {
      await api.text(logPath(source), { ...query, tailLines: '0' });
      return '';
    } catch (error) {
      return error instanceof ApiError ? error.message : 'The API server cannot be reached.';
    }
  },
  after: (ms, work) => systemClock.after(ms, work),
  soon: (work) => void systemClock.after(DRAWN_MS, work),
};
