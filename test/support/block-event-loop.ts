// Blocks the event loop of a running Node.js process from outside, through the inspector that SIGUSR1 opens on loopback:
// the process under test needs no code for it.
import { systemClock } from '../../src/kit/clock.ts';
import { eventually } from './eventually.ts';

const INSPECTOR = 'http://127.0.0.1:9229/json/list';

/** Resolves when the loop is about to be blocked for `ms`. */
export async function blockEventLoop(pid: number, ms: number): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  const [target] = await eventually('the inspector', async () => {
    const response = await fetch(INSPECTOR);
    return (await response.json()) as { webSocketDebuggerUrl: string }[];
  });
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const expression = `{ const until = Date.now() + ${ms}; while (Date.now() < until); }`;
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  await systemClock.sleep(100);
}
