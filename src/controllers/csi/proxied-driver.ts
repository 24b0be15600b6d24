// A driver behind a node's kubelet, as a caller: through the API server's node proxy. What comes back from anybody but the driver leaves
// it open whether the call was carried out, so that it counts as `unavailable`. The form of calls: csi/over-http.ts.
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { Client } from '../../client/client.ts';
import type { CsiCaller } from '../../csi/caller.ts';
import { callPath, callQuery, MESSAGE_TYPE, resultOf } from '../../csi/over-http.ts';
import type { Clock } from '../../kit/clock.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { messageOf } from '../../kit/message-of.ts';

/** How long a call may take that says nothing else. */
const TIMEOUT_MS = 60_000;
/** The kubelet ends a call in time and says so; this much later nobody will. */
const GRACE_MS = 2_000;

/** The node's kubelet does not know the driver, or calls of drivers at all. */
export class NoSuchDriver extends GrpcError {
  constructor(node: string, driver: string) {
    super('unavailable', `node ${node} serves no CSI driver named ${driver}`);
  }
}

/** A driver on a node. */
export type CallerOf = (node: string, driver: string) => CsiCaller;

export const throughNodeProxy =
  (client: Client, clock: Pick<Clock, 'after'>): CallerOf =>
  (node, driver) => ({
    async unary(method, request, { signal, timeout = TIMEOUT_MS } = {}) {
      const late = new AbortController();
      const timer = clock.after(timeout + GRACE_MS, () => late.abort());
      try {
        const answer = await client.postBytes(Node, node, undefined, `proxy${callPath(driver, method)}`, {
          query: callQuery({ timeout }),
          contentType: MESSAGE_TYPE,
          body: method.request.encode(request),
          signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
        });
        if (answer.status === 404) throw new NoSuchDriver(node, driver);
        if (answer.status !== 200)
          throw new GrpcError('unavailable', `node ${node} answered ${answer.status}: ${answer.body}`);
        const { 'content-type': contentType = '' } = answer.headers;
        return resultOf(method, { contentType, body: answer.body });
      } catch (error) {
        if (error instanceof GrpcError) throw error;
        if (late.signal.aborted) throw new GrpcError('deadlineExceeded', 'context deadline exceeded');
        throw new GrpcError('unavailable', messageOf(error), { cause: error });
      } finally {
        timer.cancel();
      }
    },
  });
