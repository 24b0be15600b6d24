// A plugin that throws has answered Error. Used by framework.ts.
import type { Plugin } from './plugin.ts';
import { errorStatus, from, type Status } from './status.ts';

export function attempt<T>(plugin: Plugin, run: () => T): T | Status {
  try {
    return run();
  } catch (error) {
    return from(plugin.name, errorStatus(error));
  }
}

export async function attemptAsync<T>(plugin: Plugin, run: () => Promise<T>): Promise<T | Status> {
  try {
    return await run();
  } catch (error) {
    return from(plugin.name, errorStatus(error));
  }
}
