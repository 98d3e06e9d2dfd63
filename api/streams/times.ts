/** How long things take in a stream's life; tests shorten them. */
export interface StreamTimes {
  /** Between two signs of life. */
  pingMs: number;
  /** A client that takes nothing for so long, though there is something to take, is let go. */
  stallMs: number;
  /** Between two looks at whether the key still holds. */
  recheckMs: number;
  /** A run is followed on for so long after its last watcher left. */
  lingerMs: number;
  /** The first wait after a read of history failed; it doubles, up to the longest. */
  retryMs: number;
  longestRetryMs: number;
  /** A snapshot younger than this is good for the next client too, while no event came. */
  freshMs: number;
  /** A WebSocket client has so long to answer a close. */
  closeMs: number;
  /** What a client of server-sent events is told to wait before it comes back. */
  reconnectMs: number;
}

export const STREAM_TIMES: StreamTimes = {
  pingMs: 15_000,
  stallMs: 60_000,
  recheckMs: 60_000,
  lingerMs: 10_000,
  retryMs: 200,
  longestRetryMs: 5_000,
  freshMs: 500,
  closeMs: 2_000,
  reconnectMs: 1_000,
};
