// Names of clusters, contexts and users as shells offer them.
import type { Command } from '../../command/command.ts';
import { ConfigStore, type Section } from './store.ts';

export const completionOf =
  (section: Section): NonNullable<Command['complete']> =>
  async ({ args, io, session }, toComplete) => ({
    candidates:
      args.length > 0
        ? []
        : [...new ConfigStore(io, session.flags).entries(section).keys()]
            .filter((name) => name.startsWith(toComplete))
            .sort(),
  });
