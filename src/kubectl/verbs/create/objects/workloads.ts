// What `create deployment`, `create job` and `create cronjob` make of their flags. Pure; called by the commands beside it.

import { Deployment } from '../../../../api/kinds/apps/v1/deployment.ts';
import { CronJob } from '../../../../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../../../../api/kinds/batch/v1/job.ts';
import type { Container } from '../../../../api/kinds/core/v1/container.ts';
import { nameSuffix, type Random } from '../../../../kit/random.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';

export interface DeploymentFlags {
  readonly images: readonly string[];
  readonly command: readonly string[];
  /** None when negative. */
  readonly port: number;
  readonly replicas: number;
}

export function deploymentOf(place: Place, flags: DeploymentFlags, random: Random): Made {
  const { images, command, port, replicas } = flags;
  if (images.length > 1 && command.length > 0)
    throw new Error('cannot specify multiple --image options and command');
  const labels = { app: place.name };
  const containers = images.map((image): Container => ({ name: containerName(image, random), image }));
  const first = containers[0];
  if (first && command.length > 0) first.command = [...command];
  if (first && port >= 0) first.ports = [{ containerPort: port }];
  return madeOf(Deployment, {
    metadata: { ...metadataOf(place), labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  });
}

/** The last part of the image's name, without tag and digest. A random end where characters had to be replaced. */
function containerName(image: string, random: Random): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  const name = last.split(':')[0]!.split('@')[0]!;
  return /[_.]/.test(name) ? `${name.replaceAll(/[_.]/g, '-')}-${nameSuffix(random)}` : name;
}

export interface JobFlags {
  readonly image: string;
  readonly from: string;
  readonly command: readonly string[];
}

export function checkJobFlags({ image, from, command }: JobFlags): void {
  if ((image === '') === (from === '')) throw new Error('either --image or --from must be specified');
  if (command.length > 0 && from !== '') throw new Error('cannot specify --from and command');
}

const runs = (name: string, image: string, command: readonly string[]): Container =>
  command.length > 0 ? { name, image, command: [...command] } : { name, image };

export function jobOf(place: Place, image: string, command: readonly string[]): Made {
  const containers = [runs(place.name, image, command)];
  return madeOf(Job, {
    metadata: metadataOf(place),
    spec: { template: { metadata: {}, spec: { containers, restartPolicy: 'Never' } } },
  });
}

/** A run of the CronJob by hand: the CronJob owns it without blocking its own deletion on it. */
export function jobOfCronJob(place: Place, cronJob: CronJob): Made {
  const { metadata: template, spec } = cronJob.spec!.jobTemplate!;
  return madeOf(Job, {
    metadata: {
      ...metadataOf(place),
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...template?.annotations },
      ...(template?.labels && { labels: template.labels }),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: cronJob.metadata.name ?? '',
          uid: cronJob.metadata.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: spec!,
  });
}

export interface CronJobFlags {
  readonly image: string;
  readonly schedule: string;
  readonly restart: string;
  readonly command: readonly string[];
}

export function cronJobOf(place: Place, { image, schedule, restart, command }: CronJobFlags): Made {
  const containers = [runs(place.name, image, command)];
  return madeOf(CronJob, {
    metadata: metadataOf(place),
    spec: {
      schedule,
      jobTemplate: {
        metadata: { name: place.name },
        spec: {
          template: { metadata: {}, spec: { containers, restartPolicy: restart || 'OnFailure' } },
        },
      },
    },
  });
}
