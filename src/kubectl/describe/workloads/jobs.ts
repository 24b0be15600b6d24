// Descriptions of Jobs and CronJobs.
import { humanDuration } from '../../../api/columns/printer.ts';
import type { CronJob } from '../../../api/kinds/batch/v1/cron-job.ts';
import type { Job } from '../../../api/kinds/batch/v1/job.ts';
import { findEvents, writeEvents } from '../events.ts';
import {
  selectorText,
  writeController,
  writeHead,
  writeLabelsAndAnnotations,
  writeNames,
} from '../metadata.ts';
import { writePodTemplate } from '../pods/template.ts';
import { readObject, type Subject } from '../subject.ts';
import { orUnset, timeText, truthOrUnset } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';

type JobSpec = Job['spec'];

export async function job(subject: Subject): Promise<string> {
  const described = await readObject<Job>(subject, 'apis/batch/v1', 'jobs');
  const events = await findEvents(subject, described);
  const { spec } = described;
  const w = new DescriptionWriter();
  writeNames(w, described);
  w.row(0, 'Selector', selectorText(spec?.selector));
  writeLabelsAndAnnotations(w, described);
  writeController(w, described);
  writeSettings(w, spec);
  writeProgress(w, described);
  writePodTemplate(w, spec?.template);
  writeEvents(w, events, subject.now);
  return w.text();
}

function writeSettings(w: DescriptionWriter, spec: JobSpec): void {
  if (spec?.parallelism !== undefined) w.row(0, 'Parallelism', spec.parallelism);
  w.row(0, 'Completions', orUnset(spec?.completions));
  if (spec?.completionMode !== undefined) w.row(0, 'Completion Mode', spec.completionMode);
  if (spec?.suspend !== undefined) w.row(0, 'Suspend', spec.suspend);
  if (spec?.backoffLimit !== undefined) w.row(0, 'Backoff Limit', spec.backoffLimit);
  if (spec?.ttlSecondsAfterFinished !== undefined)
    w.row(0, 'TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
}

function writeProgress(w: DescriptionWriter, { spec, status }: Job): void {
  const { startTime, completionTime } = status ?? {};
  if (startTime) w.row(0, 'Start Time', timeText(startTime));
  if (completionTime) w.row(0, 'Completed At', timeText(completionTime));
  if (startTime && completionTime)
    w.row(0, 'Duration', humanDuration(Date.parse(completionTime) - Date.parse(startTime)));
  if (spec?.activeDeadlineSeconds !== undefined)
    w.row(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  const { active = 0, ready, succeeded = 0, failed = 0 } = status ?? {};
  const readyText = ready === undefined ? '' : ` (${ready} Ready)`;
  w.row(0, 'Pods Statuses', `${active} Active${readyText} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec?.completionMode === 'Indexed')
    w.row(0, 'Completed Indexes', indexesText(status?.completedIndexes ?? ''));
}

/** Cut at the first comma behind the fiftieth character. */
function indexesText(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', 50);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export async function cronJob(subject: Subject): Promise<string> {
  const described = await readObject<CronJob>(subject, 'apis/batch/v1', 'cronjobs');
  const events = await findEvents(subject, described);
  const { spec, status } = described;
  const w = new DescriptionWriter();
  writeHead(w, described);
  w.row(0, 'Schedule', spec?.schedule ?? '');
  w.row(0, 'Concurrency Policy', spec?.concurrencyPolicy ?? '');
  w.row(0, 'Suspend', truthOrUnset(spec?.suspend));
  w.row(0, 'Time Zone', orUnset(spec?.timeZone));
  w.row(0, 'Successful Job History Limit', orUnset(spec?.successfulJobsHistoryLimit));
  w.row(0, 'Failed Job History Limit', orUnset(spec?.failedJobsHistoryLimit));
  const deadline = spec?.startingDeadlineSeconds;
  w.row(0, 'Starting Deadline Seconds', deadline === undefined ? '<unset>' : `${deadline}s`);
  writeJobTemplate(w, spec?.jobTemplate.spec);
  w.row(0, 'Last Schedule Time', status?.lastScheduleTime ? timeText(status.lastScheduleTime) : '<unset>');
  w.row(0, 'Active Jobs', (status?.active ?? []).map(({ name }) => name).join(', ') || '<none>');
  writeEvents(w, events, subject.now);
  return w.text();
}

function writeJobTemplate(w: DescriptionWriter, spec: JobSpec): void {
  w.row(0, 'Selector', spec?.selector ? selectorText(spec.selector) : '<unset>');
  w.row(0, 'Parallelism', orUnset(spec?.parallelism));
  w.row(0, 'Completions', orUnset(spec?.completions));
  if (spec?.activeDeadlineSeconds !== undefined)
    w.row(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  writePodTemplate(w, spec?.template);
}
