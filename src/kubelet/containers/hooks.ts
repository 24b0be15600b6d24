// Runs a container's postStart or preStop hook to its end. Throws with upstream's message when it fails.
import type { LifecycleHandler } from '../../api/kinds/core/v1/probe.ts';
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import { httpCall, type ProbeTarget } from '../probes/handlers.ts';
import { httpGet } from '../probes/http.ts';

export interface HookContext {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** `timeoutSeconds` 0 = as long as it takes. */
export async function runHook(
  hook: LifecycleHandler,
  target: ProbeTarget,
  timeoutSeconds: number,
  { runtime, clock, signal }: HookContext,
): Promise<void> {
  if (hook.exec) {
    const command = hook.exec.command ?? [];
    const { exitCode, stdout, stderr } = await runtime.execSync(target.containerId, command, timeoutSeconds);
    const output = Buffer.concat([stdout, stderr]).toString();
    if (exitCode !== 0)
      throw new Error(
        `Exec lifecycle hook (${command.join(' ')}) for Container "${target.container.name}" failed - error: command '${command.join(' ')}' exited with ${exitCode}: ${output}, message: ${JSON.stringify(output)}`,
      );
  } else if (hook.httpGet) {
    const timeoutMs = (timeoutSeconds || 30) * 1000;
    const { status } = await httpGet(httpCall(hook.httpGet, target, timeoutMs, 'kube-lifecycle/1.36'), clock);
    if (status >= 400)
      throw new Error(`HTTP lifecycle hook (${hook.httpGet.path ?? '/'}) failed with status ${status}`);
  } else if (hook.sleep) {
    const seconds = timeoutSeconds > 0 ? Math.min(hook.sleep.seconds, timeoutSeconds) : hook.sleep.seconds;
    await clock.sleep(seconds * 1000, signal);
  }
}
