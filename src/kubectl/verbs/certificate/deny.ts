// kubectl certificate deny.
import { defineCommand } from '../../command/command.ts';
import { DENY } from './approval.ts';
import { decide, decisionFlags } from './decide.ts';

export default defineCommand({
  use: 'deny (-f FILENAME | NAME)',
  long: `Deny a certificate signing request.

kubectl certificate deny allows a cluster admin to deny a certificate signing request (CSR). This action tells a certificate signing controller to not to issue a certificate to the requester.`,
  examples: `# Deny CSR 'csr-sqgzp'
kubectl certificate deny csr-sqgzp`,
  flags: decisionFlags('denied'),
  async run(context) {
    await decide(context, DENY);
  },
});
