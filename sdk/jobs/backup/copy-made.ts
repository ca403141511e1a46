import type { Io } from "../../core/cli/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { asFailure, Failure } from "../../core/errors/index.ts";
import type { Uploaded } from "../../systems/azure/index.ts";
import type { BackedUp } from "./run.ts";
import { type UploadIo, uploadMade } from "./upload.ts";

export type Copied = BackedUp & { uploaded: Uploaded | undefined };

/**
 * Brings a copy of a backup away that was made just now, where that is wanted; and says at the end what went wrong of all that
 * came after the backup, which is good whatever that is.
 *
 * @throws Failure UPLOAD_FAILED, PRUNE_FAILED (both 5); the first of them speaks of the other as well
 */
export async function copyMade(
  io: UploadIo & Pick<Io, "result">,
  configuration: Configuration,
  made: BackedUp,
  wanted: boolean,
): Promise<Copied> {
  const { notPruned } = made;
  const upload = () => uploadMade(io, configuration, made.backup.id);
  const uploaded = wanted
    ? await upload().catch((thrown: unknown) => {
        throw notPruned === undefined ? thrown : both(asFailure(thrown), notPruned);
      })
    : undefined;
  const copied = { ...made, uploaded };
  io.result(copied);
  if (notPruned !== undefined) throw notPruned;
  return copied;
}

function both(first: Failure, second: Failure): Failure {
  const why = [first.why, second.why].filter((each) => each !== undefined);
  return new Failure(first.code, {
    message: `${first.message}; and ${second.message}`,
    why: why.length === 0 ? undefined : why.join("\n"),
    remedy: `${first.remedy}\n${second.remedy}`,
    details: { ...first.details, also: { code: second.code, ...second.details } },
    cause: first,
    exitCode: first.exitCode,
  });
}
