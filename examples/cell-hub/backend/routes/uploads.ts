import { log, reason } from "../../runtime/log.ts";
import type { Uploads } from "../uploads.ts";

/** Takes a body of any size and answers with its id, size and hash. */
export async function addUpload(uploads: Uploads, request: Request, url: URL): Promise<Response> {
  const name = url.searchParams.get("name") ?? undefined;
  if (name !== undefined && !uploads.acceptsName(name)) {
    return Response.json(
      { error: "name: letters, digits, dot, dash, underscore; 80 at most" },
      { status: 400 },
    );
  }
  try {
    return Response.json(await uploads.store(request.body, name), { status: 201 });
  } catch (error) {
    log("upload failed", { reason: reason(error) });
    return Response.json({ error: "the upload was not stored" }, { status: 500 });
  }
}

/** Gives an upload back, byte for byte. */
export async function readUpload(uploads: Uploads, id: string): Promise<Response> {
  const file = uploads.file(id);
  if (!file || !(await file.exists())) return Response.json({ error: "no such upload" }, { status: 404 });
  return new Response(file, {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": "attachment",
      "x-content-type-options": "nosniff",
    },
  });
}

/** Removes an upload. */
export async function removeUpload(uploads: Uploads, id: string): Promise<Response> {
  const file = uploads.file(id);
  if (!file || !(await file.exists())) return Response.json({ error: "no such upload" }, { status: 404 });
  await file.delete();
  return new Response(null, { status: 204 });
}
