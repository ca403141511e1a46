import { join } from "node:path";
import { checkout, type Stack } from "./stack.ts";

/** What the example's own configuration says of the data that it keeps, for a copy of the example. */
export function keptData({ prepared: { uploads } }: Stack): Record<string, unknown> {
  const example = join(checkout, "examples/cell-hub");
  return {
    database: {
      mode: "shared",
      ...{ service: "postgres", name: "cell_hub", user: "cell_hub" },
      migrations: {
        service: "backend",
        command: ["bun", "migrate.ts", "up"],
        statusCommand: ["bun", "migrate.ts", "status"],
        files: join(example, "backend/migrations"),
      },
    },
    redis: { service: "redis", passwordVariable: "REDIS_PASSWORD", persistent: true },
    uploads: { blue: uploads, green: uploads },
    weights: { directory: join(example, "ml/weights"), files: ["model_final.bin"] },
  };
}
