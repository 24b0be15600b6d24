// Runs the checks of the CIS Kubernetes Benchmark v1.10 against a running cluster. Called by `tiphys cis`. Which checks do not
// apply, and why: docs/security/cis.md.
import { messageOf } from '../../kit/message-of.ts';
import type { ClusterRecord } from '../state/registry.ts';
import { admission } from './admission.ts';
import { apiServer } from './api-server.ts';
import { audit } from './audit.ts';
import { type Check, fail, type Verdict } from './check.ts';
import { Cluster } from './cluster.ts';
import { components } from './components.ts';
import { controlPlaneFiles } from './control-plane-files.ts';
import { nodes } from './nodes.ts';
import { policies } from './policies.ts';

export type Result = Pick<Check, 'id' | 'title' | 'scored'> & Verdict;

export const checks: readonly Check[] = [
  ...controlPlaneFiles,
  ...apiServer,
  ...admission,
  ...audit,
  ...components,
  ...nodes,
  ...policies,
].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));

export async function runChecks(record: ClusterRecord): Promise<Result[]> {
  const cluster = await Cluster.open(record);
  try {
    const results: Result[] = [];
    for (const { id, title, scored, run } of checks)
      results.push({ id, title, scored, ...(await verdictOf(run, cluster)) });
    return results;
  } finally {
    await cluster.close();
  }
}

async function verdictOf(run: Check['run'], cluster: Cluster): Promise<Verdict> {
  try {
    return await run(cluster);
  } catch (error) {
    return fail(messageOf(error));
  }
}
