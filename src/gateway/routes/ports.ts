// Ports that are found to be another program's when they are to be served: their listeners are not accepted. Pure.
import type { Unserved } from '../haproxy/ports.ts';
import type { Compiled } from './compile.ts';
import { entranceName } from './entrances.ts';
import { acceptance, type CompiledGateway } from './gateways.ts';
import type { ResolvedListener } from './listeners/resolve.ts';

export function withoutPorts(compiled: Compiled, unserved: readonly Unserved[]): Compiled {
  if (unserved.length === 0) return compiled;
  const attached = new Map(compiled.attached);
  const gateways = compiled.gateways.map((one) => without(one, unserved, attached));
  return { ...compiled, gateways, attached };
}

function without(
  compiled: CompiledGateway,
  unserved: readonly Unserved[],
  attached: Map<ResolvedListener, NonNullable<ReturnType<Compiled['attached']['get']>>>,
): CompiledGateway {
  const { gateway, address } = compiled;
  const listeners = compiled.listeners.map((one): ResolvedListener => {
    const name = entranceName(gateway, one);
    const problem = one.serves ? unserved.find(({ entrance }) => entrance === name) : undefined;
    if (!problem) return one;
    const message = `port ${one.listener.port} of ${problem.address} cannot be had: ${problem.reason}`;
    const changed = { ...one, serves: false, notAccepted: { reason: 'PortUnavailable', message } };
    attached.set(changed, attached.get(one) ?? []);
    return changed;
  });
  const notAccepted = acceptance(gateway, address, listeners);
  return { ...compiled, listeners, ...(notAccepted && { notAccepted }) };
}
