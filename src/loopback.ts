/** This machine itself: what goes there goes over no network. */

/** @param hostname as `URL.hostname` has it: in lower case, IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
