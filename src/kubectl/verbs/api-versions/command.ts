// `kubectl api-versions`: every group and version that the server serves.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'api-versions',
  long: 'Print the supported API versions on the server, in the form of "group/version".',
  examples: '# Print the supported API versions\nkubectl api-versions',
  async run({ args, io, session, usageError }) {
    if (args.length > 0) throw usageError(`unexpected arguments: [${args.join(' ')}]`);
    const { groups } = await (await session.discovery()).renewed();
    const versions = groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
    for (const version of versions.sort()) io.out(`${version}\n`);
  },
});
