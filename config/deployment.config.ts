/**
 * What the scripts are about when no `--config` says otherwise: the example, until a configuration of your own takes the
 * place of this file (docs/your-stack.md, step 5).
 */
export { default } from "../examples/cell-hub/deployment.config.ts";
