import { BlockList, isIPv6 } from 'node:net';

/** @returns whether a delivery from this address is taken. @throws when an entry is neither address nor network. */
export function webhookSources(entries: readonly string[]): (address: string) => boolean {
  if (entries.length === 0) return () => true;
  const allowed = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = familyOf(address);
    if (bits === undefined) allowed.addAddress(address, family);
    else allowed.addSubnet(address, Number(bits), family);
  }
  return (address) => allowed.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
