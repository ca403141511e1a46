/** The options that every script has. */
export interface GlobalFlags {
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  color: boolean;
  /** An absolute path. */
  config: string;
}
