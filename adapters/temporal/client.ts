import { readFileSync } from 'node:fs';
import { Client, Connection, type ConnectionLike } from '@temporalio/client';
import type { TLSConfig } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Config } from '../config.js';
import { dataConverterOf } from './codec.js';

/** How to reach Temporal; the same for clients and, as a NativeConnection, for workers. */
export function connectionOptions({ temporal }: Pick<Config, 'temporal'>): {
  address: string;
  apiKey?: string;
  tls?: true | TLSConfig;
} {
  const { address, apiKey, tls } = temporal;
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));
  const [crt, key, serverRootCACertificate] = [read(tls?.cert), read(tls?.key), read(tls?.ca)];
  const clientCertPair = crt && key ? { crt, key } : undefined;
  return {
    address,
    ...(apiKey === undefined ? {} : { apiKey, tls: true }),
    ...(tls
      ? {
          tls: {
            ...(clientCertPair ? { clientCertPair } : {}),
            ...(serverRootCACertificate ? { serverRootCACertificate } : {}),
          },
        }
      : {}),
  };
}

/** A page of history may be larger than the 4 MiB that gRPC takes by default: the server counts events, not bytes. */
const channelArgs = { 'grpc.max_receive_message_length': 128 * 1024 * 1024 };

/** Over a connection that there is, such as a worker's, or one of its own. That one connects lazily: the process starts while Temporal is still away, and its calls fail until it is there. */
export function openTemporal(
  config: Pick<Config, 'temporal'>,
  connection: ConnectionLike = Connection.lazy({ ...connectionOptions(config), channelArgs }),
): Client {
  const { namespace, payloads } = config.temporal;
  return new Client({ connection, namespace, dataConverter: dataConverterOf(payloads) });
}
