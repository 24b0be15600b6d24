// The options of a deletion, from the body and from the query; the body takes precedence. Called by write.ts. Upstream:
// ValidateDeleteOptions in staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
import { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import { invalid } from '../../api/status/status-error.ts';
import { decodeObject } from './body.ts';
import type { Call } from './call.ts';
import { wholeNumber } from './read.ts';
import { dryRunErrors } from './write-options.ts';

export async function deleteOptions(call: Call): Promise<DeleteOptions> {
  const { query } = call.request;
  const bytes = await call.request.body();
  const options: DeleteOptions =
    bytes.length > 0 ? decodeObject<DeleteOptions>(call, DeleteOptions, bytes) : {};
  const grace = wholeNumber(query, 'gracePeriodSeconds');
  if (grace !== undefined) options.gracePeriodSeconds ??= grace;
  const policy = query.get('propagationPolicy');
  if (policy !== null && options.propagationPolicy === undefined) options.propagationPolicy = policy;
  const orphan = query.get('orphanDependents');
  if (orphan !== null && options.orphanDependents === undefined) options.orphanDependents = orphan === 'true';
  checkOptions(options);
  return options;
}

const POLICIES = ['Background', 'Foreground', 'Orphan'];

function checkOptions(options: DeleteOptions): void {
  const bad = (field: string, message: string) =>
    invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      { type: 'FieldValueInvalid', field, message: `Invalid value: ${message}` },
    ]);
  const { propagationPolicy: policy, orphanDependents } = options;
  if (orphanDependents !== undefined && policy !== undefined)
    throw bad(
      'propagationPolicy',
      `${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
    );
  if (policy !== undefined && !POLICIES.includes(policy))
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      {
        type: 'FieldValueNotSupported',
        field: 'propagationPolicy',
        message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
      },
    ]);
  const dryRun = dryRunErrors(options.dryRun ?? []);
  if (dryRun.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', dryRun);
}

export const isDryRun = (call: Call, options: DeleteOptions): boolean =>
  (options.dryRun ?? []).includes('All') || call.request.query.getAll('dryRun').includes('All');
