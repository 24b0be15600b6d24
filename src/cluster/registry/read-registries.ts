// Reads registries.yaml, for the command that is given it and for the cluster that tells its nodes.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  parseRegistries,
  type Registries,
  RegistriesError,
} from '../../registry/upstream/registries-file.ts';
import { UserError } from '../progress.ts';

export function readRegistries(path: string): Registries {
  try {
    return parseRegistries(readFileSync(path, 'utf8'), dirname(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UserError(`${path}: there is no such file`);
    if (error instanceof RegistriesError) throw new UserError(`${path}: ${message}`);
    throw error;
  }
}
