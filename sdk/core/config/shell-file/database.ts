import type { ConfigurationInput } from "../schema.ts";
import type { ServiceInput } from "./services.ts";
import { present, type ShellValues } from "./values.ts";

type DatabaseInput = NonNullable<ConfigurationInput["database"]>;

/** The database: one for both environments, or one for each where their names differ. */
export function databaseOf(
  values: ShellValues,
  services: readonly ServiceInput[],
): DatabaseInput | undefined {
  const [blue, green] = [values.text("BLUE_DB_NAME"), values.text("GREEN_DB_NAME")];
  const access = present({
    user: values.text("DB_USER"),
    passwordVariable: values.text("DB_PASSWORD_ENV_VAR"),
  });
  const name = blue ?? green;
  if (name === undefined) return Object.keys(access).length === 0 ? undefined : { mode: "shared", ...access };
  if (blue === undefined || green === undefined || blue === green) return { mode: "shared", name, ...access };
  const server = services.find((service) => /postgres|mysql|mariadb|database|(?:^|-)db$/.test(service.name));
  if (server === undefined) {
    const problem =
      "it differs from GREEN_DB_NAME, and no service is called after a database; where both environments are to use one, give both its name";
    throw values.fault("BLUE_DB_NAME", problem);
  }
  const service = (environment: string) =>
    (server.composeService ?? server.name).replaceAll("{environment}", environment);
  return {
    mode: "per-environment",
    blue: { service: service("blue"), name: blue },
    green: { service: service("green"), name: green },
    ...access,
  };
}
