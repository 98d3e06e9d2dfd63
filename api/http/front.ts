import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

export interface FrontOptions {
  publicUrl?: string | undefined;
  /** Addresses and CIDR ranges. */
  trustedProxies?: readonly string[];
}

/** What a browser sees of the API, also when a proxy stands in front of it. Nobody's word counts but that of proxies which are configured. */
export class Front {
  private readonly publicUrl: URL | undefined;
  private readonly proxies: Range[];

  constructor({ publicUrl, trustedProxies = [] }: FrontOptions = {}) {
    this.publicUrl = publicUrl === undefined ? undefined : new URL(publicUrl);
    this.proxies = trustedProxies.map(rangeOf);
  }

  /** Whether X-Forwarded-… of a peer counts. */
  trusts(address: string | undefined): boolean {
    if (address === undefined || !ipaddr.isValid(address)) return false;
    const peer = ipaddr.process(address);
    return this.proxies.some((range) => range[0].kind() === peer.kind() && peer.match(range as never));
  }

  /** True when the browser came by https, as far as can be told. Answering true for one that did not costs it its cookie, no more. */
  isHttps(req: IncomingMessage): boolean {
    if ((req.socket as Partial<TLSSocket>).encrypted) return true;
    if (this.publicUrl?.protocol === 'https:' && req.headers.host?.toLowerCase() === this.publicUrl.host) return true;
    const said = req.headers['x-forwarded-proto'];
    return (
      this.trusts(req.socket.remoteAddress) &&
      String(said ?? '')
        .split(',')[0]!
        .trim() === 'https'
    );
  }

  /** Origins of pages that this API itself serves. */
  ownOrigins(req: IncomingMessage): string[] {
    const { host } = req.headers;
    // Without a proxy that is trusted, one that ends TLS can't be told: either scheme may be the browser's.
    const schemes = this.isHttps(req) ? ['https'] : ['http', 'https'];
    return [
      ...(host === undefined ? [] : schemes.map((scheme) => `${scheme}://${host.toLowerCase()}`)),
      ...(this.publicUrl ? [this.publicUrl.origin] : []),
    ];
  }
}

/** Throws for what is neither an address nor a range. */
export function rangeOf(text: string): Range {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text) as Range;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
