// Whether this server reports how it stores its resources: by feature gate, and where the API of the reports is served.
import type { ApiServerOptions } from '../options.ts';

const GATES = ['APIServerIdentity', 'StorageVersionAPI'];

export const reportsStorageVersions = ({ features, apis }: ApiServerOptions): boolean =>
  GATES.every((gate) => features?.enabled(gate)) &&
  (apis?.more.some(({ resource }) => resource.plural === 'storageversions') ?? false);
