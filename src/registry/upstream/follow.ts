// registries.yaml as it is now: read again when it has changed. While it is wrong, what it said before holds.
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { parseRegistries, type Registries } from './registries-file.ts';

const NONE: Registries = { mirrors: new Map(), configs: new Map() };

export function followRegistries(path: string, log: Logger): () => Promise<Registries> {
  let known = NONE;
  let state = '';
  const read = async () => {
    try {
      const { mtimeMs, size, ino } = await stat(path);
      const now = `${mtimeMs} ${size} ${ino}`;
      if (now === state) return known;
      state = now;
      known = parseRegistries(await readFile(path, 'utf8'), dirname(path));
    } catch (error) {
      log.warn('the file of registries cannot be used', { path, error: messageOf(error) });
    }
    return known;
  };
  let reading: Promise<Registries> | undefined;
  return () => {
    // Nobody gets what it said before while somebody else reads what it says now.
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
