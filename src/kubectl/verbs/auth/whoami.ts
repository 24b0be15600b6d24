// `kubectl auth whoami`: the user as the server knows it.
import { StatusError } from '../../../api/status/status-error.ts';
import { choicesOf } from '../../changes/printing.ts';
import { defineCommand } from '../../command/command.ts';
import { listText, sortedEntries } from '../../describe/values.ts';
import { printerOf, printFlags } from '../../printers/print-flags.ts';
import type { ApiObject } from '../../printers/printer.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import { isNotFound } from '../../resources/info.ts';
import type { Session } from '../../session/session.ts';

interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

interface Review extends ApiObject {
  readonly status?: { readonly userInfo?: UserInfo };
}

export default defineCommand({
  use: 'whoami',
  long: 'Experimental: Check who you are and your attributes (groups, extra). Helpful where the user comes from a token webhook, an authenticating proxy or an OIDC provider.',
  examples: `# Get your subject attributes
kubectl auth whoami

# Get your subject attributes in JSON format
kubectl auth whoami -o json`,
  flags: { ...printFlags },
  async run({ flags, changed, io, session }) {
    const printer = changed('output')
      ? await printerOf(choicesOf(flags), { ...io, keepOrder: true })
      : undefined;
    const review = await ask(session);
    const out = { write: (text: string) => io.out(text) };
    if (printer) {
      printer.print(review, out);
      return;
    }
    const { username, uid, groups = [], extra } = review.status?.userInfo ?? {};
    const writer = new TabWriter(out);
    writer.write('ATTRIBUTE\tVALUE\n');
    if (username) writer.write(`Username\t${username}\n`);
    if (uid) writer.write(`UID\t${uid}\n`);
    if (groups.length > 0) writer.write(`Groups\t${listText(groups)}\n`);
    for (const [key, values] of sortedEntries(extra)) writer.write(`Extra: ${key}\t${listText(values)}\n`);
    writer.flush();
  },
});

const NOT_ENABLED = 'the selfsubjectreviews API is not enabled in the cluster';

async function ask(session: Session): Promise<Review> {
  let failure: unknown;
  for (const version of ['v1', 'v1beta1', 'v1alpha1']) {
    const apiVersion = `authentication.k8s.io/${version}`;
    try {
      const path = `/apis/${apiVersion}/selfsubjectreviews`;
      return await session.json<Review>({
        method: 'POST',
        path,
        body: { kind: 'SelfSubjectReview', apiVersion },
      });
    } catch (error) {
      failure = error;
      if (!isNotFound(error)) break;
    }
  }
  if (failure instanceof StatusError && failure.reason === 'Forbidden')
    throw new Error(`${NOT_ENABLED} or you do not have permission to call it`);
  throw isNotFound(failure) ? new Error(NOT_ENABLED) : failure;
}
