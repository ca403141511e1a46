/** What the users saw. Nothing was tried twice, so whatever went wrong shows. */
export interface LoadReport {
  readonly durationMs: number;
  /** Requests that were begun, those without a connection among them: answered + socketErrors. */
  readonly sent: number;
  readonly answered: number;
  readonly non2xx: number;
  /** Requests without a whole answer: no connection, or one that ended while the request was outstanding. */
  readonly socketErrors: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers by the release that gave them. */
  readonly releases: Readonly<Record<string, number>>;
  readonly environments: Readonly<Record<string, number>>;
  /** The longest time in which no request of any connection was answered. */
  readonly longestGapMs: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly sockets: SocketReport;
  readonly uploads: UploadReport;
  /** What failed, in words: when for the first time, and how often. */
  readonly failures: readonly string[];
}

export interface SocketReport {
  /** Open now. */
  readonly open: number;
  readonly opened: number;
  readonly echoes: number;
  /** Echoes that were different, or did not come within five seconds. */
  readonly wrongEchoes: number;
  /** Closed with 1001: the server said that it goes away, and the client connected again. */
  readonly politeCloses: number;
  readonly unexpectedCloses: number;
  /** Attempts that did not become a WebSocket. */
  readonly refused: number;
  /** Open now, by the environment that said hello. */
  readonly environments: Readonly<Record<string, number>>;
}

export interface UploadReport {
  readonly started: number;
  /** Stored, hashed alike on both sides, and read back byte for byte. */
  readonly confirmed: number;
  readonly lost: number;
  readonly bytes: number;
  /** Those that were left in place, with `keepUploads`. */
  readonly kept: readonly { readonly id: string; readonly sha256: string }[];
}
