/** Names and addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Addresses that mean “every interface”; they are nobody's name. */
export function isWildcard(host: string): boolean {
  return ['0.0.0.0', '::', '[::]', '*'].includes(host);
}
