// The status that one round for a job is going to write, beginning with the stored one.
import type { Job, JobCondition, JobStatus } from '../../api/kinds/batch/v1/job.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';

type Owner = Job & KubeObject;

export class StatusDraft {
  /** With the new status. */
  job: Readonly<Owner>;
  /** The time of what changes, as in RFC 3339. */
  readonly #time: string;

  constructor(job: Readonly<Owner>, time: string) {
    this.job = job;
    this.#time = time;
  }

  /** `undefined` removes a field. */
  set(change: { [K in keyof JobStatus]?: JobStatus[K] | undefined }): void {
    const status = { ...this.job.status, ...change } as JobStatus;
    for (const [key, value] of Object.entries(change))
      if (value === undefined) delete status[key as keyof JobStatus];
    this.job = { ...this.job, status };
  }

  condition(type: string, status: 'True' | 'False', reason: string, message: string): void {
    const conditions = this.job.status?.conditions ?? [];
    const current = conditions.find((condition) => condition.type === type);
    if (current?.status === status && current.reason === reason) return;
    const times = { lastProbeTime: this.#time, lastTransitionTime: this.#time };
    const next: JobCondition = { type, status, ...times, reason, message };
    this.set({ conditions: [...conditions.filter((one) => one.type !== type), next] });
  }
}
