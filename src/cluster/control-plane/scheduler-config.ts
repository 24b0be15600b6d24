// Reads the file of --config and --scheduler-config; what is wrong with it is the user's to mend.
import { readFileSync } from 'node:fs';
import { messageOf } from '../../kit/message-of.ts';
import { readSchedulerConfiguration } from '../../scheduler/config/read.ts';
import type { SchedulerSettings } from '../../scheduler/config/settings.ts';
import { checkProfile } from '../../scheduler/profile.ts';
import { UserError } from '../progress.ts';

export function schedulerSettings(file: string): SchedulerSettings {
  try {
    const settings = readSchedulerConfiguration(readFileSync(file, 'utf8'));
    for (const profile of settings.profiles) checkProfile(profile);
    return settings;
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`);
  }
}
