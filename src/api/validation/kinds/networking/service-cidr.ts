// Validates ServiceCIDRs: one range, or one of each IP family, which never change.
// Paths and messages follow k8s.io/kubernetes pkg/apis/networking/validation. Called through rule-book.ts.
import { prefixOf } from '../../../addresses/prefix.ts';
import type { ServiceCIDR } from '../../../kinds/networking/v1/service-cidr.ts';
import { strictCidrComplaints } from '../../addresses.ts';
import { complaints, type FieldError, invalid, required } from '../../field.ts';
import type { Rules } from '../../rules.ts';

const path = 'spec.cidrs';
const IMMUTABLE = 'field is immutable';

function rangesErrors({ spec }: ServiceCIDR): FieldError[] {
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(path, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, i) => complaints(`${path}[${i}]`, cidr, strictCidrComplaints(cidr)));
  const [one, other] = cidrs.map((cidr) => prefixOf(cidr)?.family);
  if (one && one === other)
    errors.push(
      invalid(
        path,
        cidrs,
        'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ),
    );
  return errors;
}

/** A second range may be added, of the other family. */
function updateErrors(cidr: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const after = cidr.spec?.cidrs ?? [];
  const before = old.spec?.cidrs ?? [];
  const grows = before.length === 1 && after.length === 2;
  if (!grows && after.length !== before.length) return [invalid(path, after, IMMUTABLE)];
  const changed = before.flatMap((text, i) =>
    text === after[i] ? [] : [invalid(`${path}[${i}]`, after[i], IMMUTABLE)],
  );
  return grows ? [...changed, ...rangesErrors(cidr)] : changed;
}

export const serviceCidrRules: Rules<ServiceCIDR> = {
  create: rangesErrors,
  update: updateErrors,
};
