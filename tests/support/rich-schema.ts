/** A database with at least one of everything that a dump has to carry. Its owner is the server's superuser, `owner`. */
export const richSchema = `
CREATE ROLE reader;
CREATE ROLE "odd ""role";
CREATE EXTENSION pg_trgm;
CREATE SCHEMA "Ärzte";
CREATE TYPE mood AS ENUM ('gut', 'schlecht');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE SEQUENCE "Ärzte".zähler START 1000 INCREMENT 7;
SELECT nextval('"Ärzte".zähler') FROM generate_series(1, 5);

CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL COLLATE "C",
  mood mood DEFAULT 'gut',
  weight positive,
  half numeric GENERATED ALWAYS AS (weight / 2.0) STORED,
  tags text[],
  data jsonb,
  raw bytea,
  seen timestamptz
);
CREATE INDEX by_name ON people USING gin (name gin_trgm_ops);
INSERT INTO people (name, weight, tags, data, raw, seen)
  SELECT 'Zelle ' || i || ' — größer, 細胞, 🧫', i, ARRAY['a', NULL, E'b\\\\n"c"'], jsonb_build_object('i', i, 'ü', NULL),
         decode(md5(i::text), 'hex'), timestamptz '2026-03-29 01:30:00+00' + i * interval '1 hour'
  FROM generate_series(1, 500) i;
DELETE FROM people WHERE id % 10 = 0;

CREATE TABLE measured (at date NOT NULL, value float8) PARTITION BY RANGE (at);
CREATE TABLE measured_2025 PARTITION OF measured FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE measured_2026 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY HASH (value);
CREATE TABLE measured_2026_0 PARTITION OF measured_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE measured_2026_1 PARTITION OF measured_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO measured SELECT date '2025-12-01' + i, i / 3.0 FROM generate_series(1, 60) i;

CREATE TABLE notes (id int PRIMARY KEY, person bigint REFERENCES people ON DELETE CASCADE DEFERRABLE, text text);
INSERT INTO notes SELECT i, i, 'note ' || i FROM generate_series(1, 9) i;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO reader USING (person < 5);
GRANT SELECT ON notes TO reader;
GRANT SELECT (id) ON people TO "odd ""role";

CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.seen := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touched();
CREATE VIEW heavy AS SELECT * FROM people WHERE weight > 400;
CREATE MATERIALIZED VIEW summary AS SELECT mood, count(*) AS people FROM people GROUP BY mood;
CREATE UNIQUE INDEX ON summary (mood);
CREATE STATISTICS linked ON name, mood FROM people;
CREATE TABLE "odd ""table" ("from" int, "" int);
`.replace(', "" int', "");

/** Large objects are made by the client, and live in no table. */
export const largeObjects = `
SELECT lo_from_bytea(4001, convert_to('große Objekte', 'UTF8'));
SELECT lo_from_bytea(4002, decode(repeat('00ff', 50000), 'hex'));
COMMENT ON LARGE OBJECT 4001 IS 'the first';
`;

/** What stands in no dump: settings of the database and of a role in it, rights, a limit, and a comment. */
export const aroundIt = `
ALTER DATABASE app SET search_path = "$user", public, "Ärzte";
ALTER DATABASE app SET work_mem = '16MB';
ALTER DATABASE app SET my.setting = 'it''s = odd';
ALTER ROLE reader IN DATABASE app SET statement_timeout = '30s';
REVOKE ALL ON DATABASE app FROM PUBLIC;
GRANT CONNECT ON DATABASE app TO reader;
GRANT CONNECT, TEMPORARY ON DATABASE app TO "odd ""role" WITH GRANT OPTION;
ALTER DATABASE app CONNECTION LIMIT 50;
COMMENT ON DATABASE app IS 'the cells'' own';
`;
