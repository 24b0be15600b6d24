// `tiphys image`: images on the nodes, and in the cluster's registry.
import { Command } from 'commander';
import { listCommand } from './list.ts';
import { buildCommand, loadCommand } from './load.ts';
import { pruneCommand, removeCommand } from './remove.ts';
import { saveCommand } from './save.ts';

export const imageCommand = (): Command =>
  new Command('image')
    .description('Bring images into the nodes, list, save and remove them')
    .addCommand(loadCommand())
    .addCommand(buildCommand())
    .addCommand(listCommand())
    .addCommand(saveCommand())
    .addCommand(removeCommand())
    .addCommand(pruneCommand());
