/**
 * Variables that steer the docker command itself, or any program: where its daemon is, what it loads, through which
 * proxy it goes, where it finds its files. One of a container's must not become one of this host's docker.
 */
const steering = [
  /^(DOCKER|BUILDKIT|BUILDX|COMPOSE|LD|OTEL|SSL|SSH|XDG|GLIBC|MALLOC|BASH)_/,
  /^(https?|ftp|all|no)_proxy$/i,
  /^(GO[A-Z]*|TMPDIR|PATH|HOME|USER|IFS|ENV|SHELLOPTS|BASHOPTS|RES_OPTIONS|LOCALDOMAIN|HOSTALIASES)$/,
];

export interface Handed {
  /** For the environment of the docker command, which hands them on by name. */
  env: Record<string, string>;
  /** For a file that docker reads: an environment file knows no line breaks, and no quotes. */
  lines: string[];
  /** The names that can be handed over by neither. */
  refused: string[];
}

/** Says by which way each variable reaches a container, such that none steers docker on its way. */
export function handing(variables: Readonly<Record<string, string>>): Handed {
  const handed: Handed = { env: {}, lines: [], refused: [] };
  for (const [name, value] of Object.entries(variables)) {
    if (!steering.some((names) => names.test(name))) handed.env[name] = value;
    else if (/[\r\n]/.test(value)) handed.refused.push(name);
    else handed.lines.push(`${name}=${value}`);
  }
  return handed;
}
