// Reads the file of --config and --scheduler-config; what is wrong with it is the user's to mend.
import { readFileSync } from 'node:fs';
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { readSchedulerConfiguration } from '../../scheduler/config/read.ts';
import type { SchedulerSettings } from '../../scheduler/config/settings.ts';
import { checkProfile } from '../../scheduler/profile.ts';
import { NO_PLUGINS, type PluginRegistry } from '../../scheduler/user-plugins/registry.ts';
import { UserError } from '../progress.ts';
import type { RunSchedulerOptions } from './scheduler.ts';

export function schedulerSettings(
  file: string,
  features?: FeatureGates,
  userPlugins: PluginRegistry = NO_PLUGINS,
): SchedulerSettings {
  try {
    const settings = readSchedulerConfiguration(readFileSync(file, 'utf8'), features);
    for (const profile of settings.profiles) checkProfile(profile, userPlugins);
    return settings;
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`);
  }
}

/** What the files of the scheduler's flags say. */
export async function schedulerFiles(
  { schedulerConfig, schedulerPlugins }: SchedulerFiles,
  clock: Clock,
  features?: FeatureGates,
): Promise<Pick<RunSchedulerOptions, 'settings' | 'pluginFile'>> {
  const pluginFile = schedulerPlugins
    ? {
        ...(await (await import('./scheduler-plugins.ts')).loadSchedulerPlugins(schedulerPlugins, clock)),
        path: schedulerPlugins,
      }
    : undefined;
  return {
    ...(schedulerConfig && { settings: schedulerSettings(schedulerConfig, features, pluginFile?.plugins) }),
    ...(pluginFile && { pluginFile }),
  };
}

export interface SchedulerFiles {
  /** File of a KubeSchedulerConfiguration. */
  readonly schedulerConfig?: string;
  /** Absolute path of a file with scheduler plugins. */
  readonly schedulerPlugins?: string;
}
