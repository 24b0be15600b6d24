// What `certificate approve` and `deny` share: they add a condition to requests, and try again when somebody else changed them.
import type { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { isConflict } from '../../../api/status/status-error.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import { printerFor } from '../../changes/printing.ts';
import { filesOf, hasFiles, targetsOf } from '../../changes/targets.ts';
import type { Context } from '../../command/command.ts';
import { filenameFlags } from '../../command/common-flags.ts';
import { boolFlag, type FlagValues } from '../../command/flag.ts';
import { plainText } from '../../errors/text.ts';
import { printFlags } from '../../printers/print-flags.ts';
import { type Info, isNotFound } from '../../resources/info.ts';
import { type Decision, decided } from './approval.ts';

export const decisionFlags = (already: string) => ({
  ...printFlags,
  force: boolFlag(false, `Update the CSR even if it is already ${already}.`),
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to update'),
});

type DecisionContext = Pick<Context, 'args' | 'io' | 'session'> & {
  readonly flags: FlagValues<ReturnType<typeof decisionFlags>>;
};

const MOST_TRIES = 10;

export async function decide(context: DecisionContext, decision: Decision): Promise<void> {
  const { args, flags, io } = context;
  const print = await printerFor(context, decision.type === 'Approved' ? 'approved' : 'denied');
  if (args.length === 0 && !hasFiles(flags))
    throw new Error('one or more CSRs must be specified as <name> or -f <filename>');
  const found = await targetsOf(context, {
    ...filesOf(flags),
    ...(args.length > 0 && { named: { type: 'certificatesigningrequests', names: args } }),
    enforceNamespace: false,
    latest: true,
  });
  let count = 0;
  await found.visit(async (info) => {
    await decideOne(context, info, decision);
    count++;
    print(info.object);
  });
  if (count === 0) io.out('No resources found\n');
}

async function decideOne(
  { session, io, flags }: DecisionContext,
  info: Info,
  decision: Decision,
): Promise<void> {
  const { group, kind } = info.mapping;
  if (group !== 'certificates.k8s.io' || kind !== 'CertificateSigningRequest')
    throw new Error(
      `can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${group ? `${kind}.${group}` : kind}`,
    );
  const path = `/apis/certificates.k8s.io/v1/certificatesigningrequests/${encodeURIComponent(info.name)}`;
  for (let tries = 0; ; tries++) {
    const request = await session.json<CertificateSigningRequest>({ path }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      throw new Error(`could not find v1 version of ${info.name}: ${plainText(error)}`, { cause: error });
    });
    const changed = decided(request, decision, rfc3339(io.clock.now()));
    if (!changed && !flags.force) return;
    try {
      await session.request({ method: 'PUT', path: `${path}/approval`, body: changed ?? request });
      return;
    } catch (error) {
      if (!isConflict(error) || tries >= MOST_TRIES) throw error;
    }
  }
}
