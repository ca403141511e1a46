import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { compare } from "../../../../sdk/systems/postgres/compare.ts";
import { createStatement } from "../../../../sdk/systems/postgres/create.ts";
import { comment, mark, readMarker } from "../../../../sdk/systems/postgres/marker.ts";
import {
  besideName,
  freshName,
  freshSince,
  isFreshName,
  isTooLong,
  keptName,
} from "../../../../sdk/systems/postgres/names.ts";
import { settingStatements } from "../../../../sdk/systems/postgres/reapply.ts";
import { granteeOf } from "../../../../sdk/systems/postgres/roles.ts";

const now = new Date("2026-11-26T11:00:05.700Z");

describe("names", () => {
  test("an old database is found by its stamp in UTC", () => {
    expect(keptName("cell_hub", now)).toBe("cell_hub_old_20261126_110005");
    expect(besideName("cell_hub", now)).toBe("cell_hub_restored_20261126_110005");
  });

  test("no name is longer than what the server keeps of it, however many bytes its letters have", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }), (name) => {
        for (const long of [keptName(name, now), besideName(name, now)]) {
          expect(isTooLong(long)).toBe(false);
          expect(long).toMatch(/_20261126_110005$/);
          expect(long.isWellFormed()).toBe(name.isWellFormed());
        }
      }),
    );
    expect(isTooLong("ü".repeat(31))).toBe(false);
    expect(isTooLong("ü".repeat(32))).toBe(true);
  });

  test("a fresh name is known again, says when it was made, and no two are the same", () => {
    expect(isFreshName(freshName(now))).toBe(true);
    expect(freshSince(freshName(now))).toEqual(new Date("2026-11-26T11:00:05Z"));
    expect(freshName(now)).not.toBe(freshName(now));
    for (const name of ["switchover_restore_app", "app", `${freshName(now)}_`]) {
      expect(isFreshName(name)).toBe(false);
      expect(freshSince(name)).toBeUndefined();
    }
    // As names were before they told the time.
    const older = `switchover_restore_${"0".repeat(16)}`;
    expect([isFreshName(older), freshSince(older)]).toEqual([true, undefined]);
  });
});

describe("what a database says of itself", () => {
  const marker = { state: "kept", project: "p", database: "app", at: "2026-11-26T11:00:00Z" } as const;

  test("it is read back, with the comment that the database had", () => {
    const statement = mark("app_old", { ...marker, comment: "it's ours" });
    const text = /IS '(.*)'$/s.exec(statement)?.[1]?.replaceAll("''", "'");
    expect(readMarker(text)).toEqual({ ...marker, comment: "it's ours" });
  });

  test("nobody else's comment is taken for it", () => {
    for (const text of [null, "", "ours", "switchover: not JSON", 'switchover: {"state":"other"}']) {
      expect(readMarker(text)).toBeUndefined();
    }
  });

  test("names and comments are quoted", () => {
    expect(comment('o"dd', "it's")).toBe(`COMMENT ON DATABASE "o""dd" IS 'it''s'`);
    expect(comment("app", undefined)).toBe('COMMENT ON DATABASE "app" IS NULL');
  });
});

test.each([
  ["c", undefined, ""],
  ["i", "de-AT", " LOCALE_PROVIDER icu ICU_LOCALE 'de-AT'"],
  ["b", "C.UTF-8", " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"],
])("a database with locales of provider %s is made as it was", (localeProvider, icuLocale, ending) => {
  const recorded = {
    encoding: "UTF8",
    collation: "C.UTF-8",
    characterType: "C.UTF-8",
    localeProvider,
    owner: 'o"',
  };
  expect(createStatement("new", icuLocale === undefined ? recorded : { ...recorded, icuLocale })).toBe(
    `CREATE DATABASE "new" TEMPLATE template0 OWNER "o""" ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'${ending}`,
  );
});

test("a database has its tablespace again, and ICU's order as it was changed", () => {
  const recorded = { encoding: "UTF8", collation: "C", characterType: "C", localeProvider: "i", owner: "o" };
  expect(
    createStatement("new", { ...recorded, icuLocale: "und", icuRules: "&a < b", tablespace: "f s" }),
  ).toBe(
    `CREATE DATABASE "new" TEMPLATE template0 OWNER "o" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'` +
      ` LOCALE_PROVIDER icu ICU_LOCALE 'und' ICU_RULES '&a < b' TABLESPACE "f s"`,
  );
});

test.each([
  ["work_mem=64MB", undefined, [`ALTER DATABASE "app" SET "work_mem" TO '64MB'`]],
  ["my.setting=a=b", undefined, [`ALTER DATABASE "app" SET "my"."setting" TO 'a=b'`]],
  ["work_mem=1MB", "r", [`ALTER ROLE "r" IN DATABASE "app" SET "work_mem" TO '1MB'`]],
  [
    'search_path="$user", app',
    undefined,
    [
      `SELECT set_config('search_path', '"$user", app', true)`,
      `ALTER DATABASE "app" SET "search_path" FROM CURRENT`,
    ],
  ],
])("the setting %s is set again", (setting, role, statements) => {
  expect(settingStatements("app", role, setting)).toEqual(statements);
});

test.each([
  ["=Tc/app", ""],
  ["reader=c/app", "reader"],
  ['"odd ""name="=CTc/app', 'odd "name='],
])("%s is a right of %p", (item, role) => {
  expect(granteeOf(item)).toBe(role);
});

describe("what was restored against what was recorded", () => {
  const recorded = {
    encoding: "UTF8",
    collation: "C",
    characterType: "C",
    largeObjects: 2,
    extensions: [{ name: "pg_trgm", schema: "public", version: "1.6" }],
    tables: [
      { schema: "public", name: "a", rows: 3 },
      { schema: "odd.", name: "a", rows: 0 },
    ],
  };

  test("the same is the same", () => {
    expect(compare(recorded, structuredClone(recorded))).toEqual({ differences: [], remarks: [] });
  });

  test("each difference is told", () => {
    const found = {
      ...recorded,
      encoding: "LATIN1",
      largeObjects: 1,
      extensions: [],
      tables: [
        { schema: "public", name: "a", rows: 2 },
        { schema: "public", name: "b", rows: 1 },
      ],
    };
    expect(compare(recorded, found).differences).toEqual([
      "encoding: UTF8 was backed up, LATIN1 is there",
      "largeObjects: 2 was backed up, 1 is there",
      "public.a: 3 rows were backed up, 2 are there",
      "odd..a: 0 rows were backed up, and the table is missing",
      "public.b was not backed up",
      "the extension pg_trgm is missing",
    ]);
  });

  test("another version of an extension is a remark", () => {
    const found = { ...recorded, extensions: [{ name: "pg_trgm", schema: "public", version: "1.5" }] };
    expect(compare(recorded, found)).toEqual({
      differences: [],
      remarks: ["the extension pg_trgm is of version 1.5, and was of 1.6"],
    });
  });
});
