import type pg from "pg";
import type { Identity } from "../../runtime/identity.ts";
import { readJson } from "../read-json.ts";

const columns = `id::int, title, cells, environment, release, created_at AS "createdAt"`;

/** The newest segmentations, at most 500. */
export async function listSegmentations(pool: pg.Pool, url: URL): Promise<Response> {
  const limit = Math.min(Math.max(Number(url.searchParams.get("limit")) || 20, 1), 500);
  const found = await pool.query(`SELECT ${columns} FROM segmentations ORDER BY id DESC LIMIT $1`, [limit]);
  return Response.json(found.rows);
}

/** Records a segmentation and says which environment and release wrote it. */
export async function addSegmentation(pool: pg.Pool, who: Identity, request: Request): Promise<Response> {
  const { title, cells = 0 } = await readJson(request);
  if (typeof title !== "string" || title.length < 1 || title.length > 200)
    return refuse("title: 1 to 200 characters");
  if (typeof cells !== "number" || !Number.isInteger(cells) || cells < 0)
    return refuse("cells: a whole number");
  const added = await pool.query(
    `INSERT INTO segmentations (title, cells, environment, release) VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
    [title, cells, who.environment, who.release],
  );
  return Response.json(added.rows[0], { status: 201 });
}

function refuse(error: string): Response {
  return Response.json({ error }, { status: 400 });
}
