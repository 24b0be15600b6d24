// Switches one node off as a power cut would: every process on it is killed; its namespaces and files stay.
import type { Clock } from '../../../kit/clock.ts';
import type { NodePlan } from '../plan.ts';
import { marksOfNode } from './marks.ts';
import { killProcesses } from './processes.ts';

export async function stopNode(node: NodePlan, clock: Clock): Promise<void> {
  await killProcesses(await marksOfNode(node), clock);
}
