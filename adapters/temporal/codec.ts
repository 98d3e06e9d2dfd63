import { fileURLToPath } from 'node:url';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { compress, decompress } from './compression.js';
import { decrypt, encrypt } from './encryption.js';
import type { PayloadKey } from './keys.js';

/** How payloads travel to Temporal and lie there. */
export interface PayloadsConfig {
  /** The first encrypts, all decrypt. None: nothing is encrypted. */
  keys: readonly PayloadKey[];
  compress: boolean;
}

const PLAIN: PayloadsConfig = { keys: [], compress: true };
const sealedFailures = fileURLToPath(new URL('sealed-failures.cjs', import.meta.url));

/**
 * The one data converter of clients and workers. With keys, what failures say travels as a payload, too. All processes read whatever
 * any of them wrote, as long as they have its key.
 */
export const dataConverterOf = (payloads: PayloadsConfig = PLAIN): DataConverter => ({
  payloadCodecs: [new WireCodec(payloads)],
  ...(payloads.keys.length === 0 ? {} : { failureConverterPath: sealedFailures }),
});

/** Compresses, then encrypts, whatever leaves the process. */
class WireCodec implements PayloadCodec {
  private readonly config: PayloadsConfig;

  constructor(config: PayloadsConfig) {
    this.config = config;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.sealed(payload)));
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map(async (payload) => decompress(decrypt(payload, this.config.keys))));
  }

  private async sealed(payload: Payload): Promise<Payload> {
    const { keys, compress: small } = this.config;
    const packed = small ? await compress(payload) : payload;
    return keys[0] ? encrypt(packed, keys[0]) : packed;
  }
}
