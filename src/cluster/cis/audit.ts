// Section 1.2: the audit log, shown by a request that must appear in it.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../kit/clock.ts';
import { AUDIT_LOG_LIMITS } from '../auditor.ts';
import { type Check, fail, pass, scored, type Verdict } from './check.ts';
import type { Cluster } from './cluster.ts';
import { openFiles } from './probe/processes.ts';

/** Milliseconds in which a request must be in the log. */
const PATIENCE_MS = 2_000;

/** The file in which the control plane logs requests, found by a request that nobody else makes. */
async function auditLog(cluster: Cluster): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/audited`;
  await cluster.admin({ method: 'DELETE', path });
  const deadline = systemClock.monotonic() + PATIENCE_MS;
  while (systemClock.monotonic() < deadline) {
    const found = openFiles(cluster.record.controlPlane!).find(
      (file) => !file.startsWith(cluster.paths.store) && file !== cluster.paths.log && holds(file, path),
    );
    if (found) return found;
    await systemClock.sleep(50);
  }
  return undefined;
}

function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file).includes(text);
  } catch {
    return false;
  }
}

const off = fail('no file has a request that was just made; start the cluster with --audit-policy');

/** 0 is no limit: old files are not deleted for this reason. */
const keeps =
  (limit: keyof typeof AUDIT_LOG_LIMITS, least: number) =>
  async (cluster: Cluster): Promise<Verdict> => {
    if (!(await auditLog(cluster))) return off;
    const value = AUDIT_LOG_LIMITS[limit];
    return value === 0 || value >= least
      ? pass(value === 0 ? 'no limit' : `${value}`)
      : fail(`${value} is less than ${least}`);
  };

export const audit: readonly Check[] = [
  scored('1.2.16', 'There is an audit log', async (cluster) => {
    const file = await auditLog(cluster);
    return file ? pass(file) : off;
  }),
  scored('1.2.17', 'The audit log keeps 30 days', keeps('auditLogMaxage', 30)),
  scored('1.2.18', 'The audit log keeps 10 old files', keeps('auditLogMaxbackup', 10)),
  scored('1.2.19', 'The audit log’s files may have 100 MB', keeps('auditLogMaxsize', 100)),
];
