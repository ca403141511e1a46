import { dirname, join } from "node:path";
import type { Configuration } from "../../../core/config/index.ts";
import { patternOf } from "./pattern.ts";
import type { Rule } from "./rule.ts";

/** Whose files are whose: the containers' user, and the person who runs the scripts. */
export interface Owners {
  application: { uid: number; gid: number };
  operator: { uid: number; gid: number };
}

type Wish = Partial<Pick<Rule, "uid" | "gid" | "directoryMode" | "fileMode" | "onlyItself">>;

/**
 * The rules that follow from the other sections of the configuration, later ones winning over earlier ones.
 *
 * @param databases folders of the host that a database server keeps its data in
 */
export function defaultRules(
  configuration: Configuration,
  { application, operator }: Owners,
  databases: readonly string[],
): Rule[] {
  const { uploads, weights, tls, backups, platform, root, path } = configuration;
  const { environments, shared, proxy } = platform;
  const composes = [environments.blue, environments.green, shared];
  const folders = new Set(
    composes.flatMap(({ files }) => files.slice(0, 1)).map((file) => dirname(path(file))),
  );
  const envFiles = composes.flatMap(({ envFiles }) => envFiles).map(path);
  const dotEnv = [...new Set([root, ...folders])].map((folder) => `${folder}/.env*`);
  const rule = (name: string, paths: readonly string[], wish: Wish): Rule[] =>
    paths.length === 0 ? [] : [{ ...nothing, name, paths: unique(paths).map(patternOf), ...wish }];
  return [
    ...rule("uploads", uploads === undefined ? [] : [path(uploads.blue), path(uploads.green)], {
      ...application,
      directoryMode: 0o755,
      fileMode: 0o644,
    }),
    ...rule("weights", weights === undefined ? [] : [path(weights.directory)], {
      directoryMode: 0o755,
      fileMode: 0o644,
    }),
    ...rule("nginx", proxy.configFiles.map(path), { directoryMode: 0o755, fileMode: 0o644 }),
    ...rule("certificate", tls === undefined ? [] : [path(tls.certificate)], { fileMode: 0o644 }),
    ...rule("key", tls === undefined ? [] : [path(tls.key)], { fileMode: 0o600 }),
    ...rule("database", databases, { directoryMode: 0o700, onlyItself: true }),
    ...rule("env files", [...dotEnv, ...envFiles], { ...operator, fileMode: 0o600 }),
    ...rule("logs", [join(configuration.logs, "deployment")], { ...operator, fileMode: 0o600 }),
    ...rule("backups", [path(backups?.directory ?? "backups")], {
      ...operator,
      directoryMode: 0o700,
      fileMode: 0o600,
    }),
    ...rule("state", [configuration.state()], operator),
  ];
}

const nothing = {
  origin: "default",
  except: [],
  uid: undefined,
  gid: undefined,
  directoryMode: undefined,
  fileMode: undefined,
  also: new Set<never>(),
  onlyItself: false,
} as const;

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
