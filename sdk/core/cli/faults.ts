import { asFailure, type Failure } from "../errors/index.ts";

export interface Faults extends Disposable {
  /** The first error that nobody caught, as a Failure. */
  first(): Failure | undefined;
}

/** Catches what nobody else does, and tells `onFault`, so that the run can be ended in order. */
export function listenForFaults(onFault: (failure: Failure) => void): Faults {
  let first: Failure | undefined;
  const onThrown = (thrown: unknown) => {
    const failure = asFailure(thrown);
    first ??= failure;
    onFault(failure);
  };
  process.on("uncaughtException", onThrown);
  process.on("unhandledRejection", onThrown);
  return {
    first: () => first,
    [Symbol.dispose]() {
      process.off("uncaughtException", onThrown);
      process.off("unhandledRejection", onThrown);
    },
  };
}
