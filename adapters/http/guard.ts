import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import ipaddr from 'ipaddr.js';
import { Fault } from '../../core/fault.js';

export type Resolve = (host: string) => Promise<LookupAddress[]>;

const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) =>
    systemLookup(host, { all: true, verbatim: true }, (err, addresses) => (err ? reject(err) : resolve(addresses))),
  );

/** What the internet's registries have given out for public IPv6. All else is there for another purpose, or for none yet. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/**
 * Decides which addresses may be called (SSRF). A host is resolved once, every address of it is checked, and the connection is
 * made to the address that was checked, so a name that changes its mind in between gains nothing. Only public unicast addresses
 * pass, except what the operator allows: `host`, `host:port`, an address, `[v6 address]:port`, or a CIDR range.
 */
export class EgressGuard {
  private readonly hosts = new Set<string>();
  private readonly ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  private readonly resolve: Resolve;

  constructor(allow: readonly string[] = [], resolve: Resolve = resolveBySystem) {
    this.resolve = resolve;
    for (const entry of allow) {
      if (ipaddr.isValidCIDR(entry)) this.ranges.push(ipaddr.parseCIDR(entry));
      else this.hosts.add(entryOf(entry));
    }
  }

  /** Throws EGRESS_DENIED for what is no plain http(s) URL, or names a forbidden address outright. */
  checkUrl(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw denied(url.host || url.protocol, `${url.protocol} is not http or https`);
    if (url.username || url.password)
      throw denied(url.host, 'credentials do not belong into a URL; use auth with a secret');
    const host = bare(url.hostname); // the URL parser has made decimal, octal and hex forms into plain ones
    if (ipaddr.isValid(host)) this.checkAddress(host, host, portOf(url));
  }

  /** For the connector: resolves, checks, and answers only with addresses that passed. */
  lookupFor(port: number): LookupFunction {
    const lookup = callbackify((host: string) => this.addressesOf(host, port));
    return (host, options, callback) =>
      lookup(host, (err, addresses) => {
        if (err) callback(err, '', 0);
        else if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      });
  }

  async addressesOf(host: string, port: number): Promise<LookupAddress[]> {
    const addresses = await this.resolve(host);
    if (addresses.length === 0) throw new Fault('HTTP_CONNECT', `${host} has no address`);
    for (const { address } of addresses) this.checkAddress(address, host, port);
    return addresses;
  }

  /** Throws EGRESS_DENIED unless this address, to which the host's name led, may be called on the port. */
  checkAddress(address: string, host: string, port: number): void {
    const parsed = ipaddr.process(address); // v4 in v6 is judged as v4
    const names = [host.toLowerCase().replace(/\.$/, ''), parsed.toString()];
    if (names.some((name) => this.hosts.has(name) || this.hosts.has(`${name}:${port}`))) return;
    if (this.ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range as never, bits)))
      return;
    if (!isPublic(parsed)) throw denied(host, `${address} is not a public address (${parsed.range()})`);
  }
}

const isPublic = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  address.range() === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(GLOBAL_IPV6));

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

/** An entry as it is compared: addresses in the one form that they are printed in. */
function entryOf(entry: string): string {
  const [, host = entry, port] = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry) ?? [];
  const name = ipaddr.isValid(host) ? ipaddr.process(host).toString() : host.toLowerCase();
  return port === undefined ? name : `${name}:${port}`;
}

const denied = (what: string, why: string): Fault =>
  new Fault('EGRESS_DENIED', `${what} may not be called: ${why}`, { details: { host: what } });
