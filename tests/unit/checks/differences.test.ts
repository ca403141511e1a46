import { expect, test } from "bun:test";
import { differences } from "../../../checks/json/differences.ts";

const answer = { cells: 2, areas: [4, 8], model: { name: "hrnet", loaded: true }, at: "12:00" };

test("the members that are expected count, and no others", () => {
  expect(differences({ cells: 2, model: { loaded: true } }, answer)).toEqual([]);
  expect(differences({ areas: [4, 8] }, answer)).toEqual([]);
});

test.each([
  [{ cells: 3 }, "cells is 2, not 3"],
  [{ cells: "2" }, 'cells is 2, not "2"'],
  [{ areas: [4, 9] }, "areas[1] is 8, not 9"],
  [{ areas: [4] }, "areas has 2 items, not 1"],
  [{ model: { loaded: null } }, "model.loaded is true, not null"],
  [{ model: { weights: 1 } }, "model.weights is missing"],
  [{ toString: 1 }, "toString is missing"],
  [{ at: {} }, 'at is "12:00", not {}'],
  [[1], "the answer is {"],
])("%j is told from the answer", (expected, line) => {
  const [first = ""] = differences(expected, answer);
  expect(first).toContain(line);
});

test("numbers may differ by the tolerance, and a number that is none differs from all", () => {
  expect(differences({ cells: 2.004 }, answer, 0.01)).toEqual([]);
  expect(differences({ cells: 2.02 }, answer, 0.01)).toEqual(["cells is 2, not 2.02"]);
  expect(differences({ cells: Number.NaN }, answer, 1)).toHaveLength(1);
});

test("an answer that is no JSON lacks everything, and no more than five differences are told", () => {
  expect(differences({ a: 1 }, undefined)).toEqual(["the answer is missing"]);
  expect(differences({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, {})).toHaveLength(5);
});
