// Switches one node off as a power cut would: every process on it dies at once; its namespaces and disks stay.
import type { Clock } from '../../../kit/clock.ts';
import type { NodePlan } from '../plan.ts';
import { marksOfNode } from './marks.ts';
import { killProcesses } from './processes.ts';

export async function stopNode(node: NodePlan, clock: Clock): Promise<void> {
  await killProcesses(await marksOfNode(node), clock);
}
