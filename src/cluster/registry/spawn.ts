// Starts the process of the registry, which then waits for its settings and for connections.
import type { ChildProcess } from 'node:child_process';
import { spawnOwn } from '../supervisor/spawn.ts';

export const spawnRegistry = (log: string): ChildProcess =>
  spawnOwn({ url: import.meta.url, bundled: 'registry.mjs', semiSpace: 8, log });
