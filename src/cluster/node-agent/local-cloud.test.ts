import { cloudProviderContract } from '../../controllers/cloud/provider.contract.ts';
import { PoolBalancers } from '../../network/balanced-addresses/pool-balancers.ts';
import { rangesOf } from '../../network/balanced-addresses/ranges.ts';
import { LocalBalancers } from '../../network/host-ports/load-balancer.ts';
import { providerOf } from './local-cloud.ts';

const services = () => [];

cloudProviderContract('addresses of a pool', undefined, async () => ({
  provider: {
    loadBalancers: providerOf(new PoolBalancers({ ranges: rangesOf(['192.0.2.0/28']), services })),
  },
}));

cloudProviderContract('ports of this machine', undefined, async () => {
  const holders = new Map<string, string>();
  const balancers: LocalBalancers = new LocalBalancers({
    ranges: rangesOf(['127.0.0.1', '127.77.0.100-127.77.0.110']),
    services,
    // Every port that is wanted can be opened.
    sync: async () => {
      holders.clear();
      for (const service of ['default/web', 'default/shop'])
        for (const address of balancers.addressesOf(service)) holders.set(`${address} TCP 80`, service);
    },
    holder: (id) => holders.get(id),
  });
  return { provider: { loadBalancers: providerOf(balancers) } };
});
