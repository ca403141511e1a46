import { expect, test } from "bun:test";
import { destructiveStatements } from "../../../checks/pending-migrations/destructive.ts";
import { statementsOf } from "../../../checks/pending-migrations/statements.ts";

test.each([
  "DROP TABLE users;",
  "drop table if exists users;",
  "DROP SCHEMA old;",
  "DROP VIEW seen CASCADE;",
  "ALTER TABLE users DROP COLUMN name;",
  "ALTER TABLE ONLY users DROP name, ADD title text;",
  "ALTER TABLE users ADD COLUMN a int, DROP COLUMN IF EXISTS b;",
  "ALTER TABLE users ALTER COLUMN age TYPE smallint;",
  'ALTER TABLE users ALTER "the age" SET DATA TYPE smallint USING age::smallint;',
  "ALTER TYPE address DROP ATTRIBUTE street;",
  "TRUNCATE users;",
  "MERGE INTO users u USING old o ON u.id = o.id WHEN MATCHED THEN DELETE;",
  "ALTER TABLE users RENAME COLUMN name TO title;",
  "ALTER TABLE users RENAME TO people;",
  "ALTER TABLE users SET SCHEMA attic;",
  "DELETE FROM users;",
  "DELETE FROM ONLY users AS u USING old o;",
  "UPDATE users SET name = '';",
  "WITH gone AS (DELETE FROM users RETURNING *) SELECT count(*) FROM gone WHERE id > 1;",
  "WITH old AS (DELETE FROM users WHERE id = 1 RETURNING *) DELETE FROM notes;",
  "WITH old AS (SELECT id FROM users WHERE id = 1) UPDATE notes SET text = '';",
  "DELETE FROM users -- WHERE id = 1\n;",
  "/* harmless /* really */ */ TRUNCATE users",
  "DO $$ BEGIN IF true THEN DROP TABLE users; END IF; END $$;",
  "DO $body$ DECLARE n int; BEGIN EXECUTE 'DROP TABLE users'; END $body$;",
])("%s destroys data", (sql) => {
  expect(destructiveStatements(sql)).toHaveLength(1);
});

test.each([
  "CREATE TABLE users (id int REFERENCES others ON DELETE CASCADE);",
  "ALTER TABLE users ADD COLUMN type text;",
  "ALTER TABLE users DROP CONSTRAINT users_check, ALTER COLUMN name DROP NOT NULL;",
  "ALTER TABLE users ALTER COLUMN name DROP DEFAULT;",
  "ALTER TABLE users RENAME CONSTRAINT a TO b;",
  "ALTER TYPE mood ADD VALUE 'fine';",
  "DROP INDEX CONCURRENTLY users_name;",
  "DROP VIEW seen;",
  "DELETE FROM users WHERE id = 1;",
  "UPDATE users SET name = (SELECT name FROM others WHERE others.id = users.id) WHERE name IS NULL;",
  "INSERT INTO notes VALUES ('DROP TABLE users; it''s only a text');",
  "INSERT INTO notes VALUES (E'it\\'s; TRUNCATE users;');",
  "COMMENT ON COLUMN users.name IS 'delete from users;';",
  'CREATE TABLE "drop table; users" (id int);',
  "-- DROP TABLE users;",
  "GRANT DELETE, TRUNCATE ON users TO app;",
  "CREATE TRIGGER t AFTER TRUNCATE ON users EXECUTE FUNCTION f();",
  "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; END $$;",
  "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ TRUNCATE users; $f$;",
  "INSERT INTO users SELECT 1 ON CONFLICT (id) DO UPDATE SET name = 'x';",
  "SELECT * FROM users FOR UPDATE;",
])("%s does not", (sql) => {
  expect(destructiveStatements(sql)).toEqual([]);
});

test("the line of a statement is where it begins, whatever stands before it", () => {
  const sql =
    "-- first\nCREATE TABLE a (\n  id int\n);\n\n/* two\nlines */\nDROP TABLE\n  b;\nDO $$\nBEGIN\n  TRUNCATE c;\nEND $$;";
  expect(destructiveStatements(sql).map(({ line, text }) => `${line}: ${text}`)).toEqual([
    "8: DROP TABLE b",
    "11: TRUNCATE c",
  ]);
});

test("what is never closed ends with the text, and a parameter is no dollar quote", () => {
  expect(statementsOf("SELECT 'open; DROP TABLE a;")).toHaveLength(1);
  expect(statementsOf("SELECT $1, a$b; SELECT 2;")).toHaveLength(2);
  expect(statementsOf("/* open")).toEqual([]);
  expect(statementsOf("")).toEqual([]);
});
