import { type Statement, statementsOf } from "./statements.ts";

const notAColumn = "CONSTRAINT|DEFAULT|NOT|EXPRESSION|IDENTITY|TRIGGER|RULE";

/** What takes data away that no undo brings back, or hides it from the release that serves, and how to call it. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/^DROP (?:TABLE|SCHEMA|DATABASE|OWNED|SEQUENCE|FOREIGN TABLE)\b/i, "drops what holds data"],
  [/^DROP\b.*\bCASCADE\b/i, "drops whatever hangs on it, columns too"],
  [
    new RegExp(`^ALTER (?:FOREIGN )?TABLE\\b.*\\bDROP (?:COLUMN\\b|(?!(?:${notAColumn})\\b))`, "i"),
    "drops a column",
  ],
  [
    /^ALTER (?:FOREIGN )?TABLE\b.*\bALTER (?:COLUMN )?(?:"[^"]*"|\S+) (?:SET DATA )?TYPE\b/i,
    "changes a column's type",
  ],
  [/^ALTER TYPE\b.*\b(?:DROP|ALTER) ATTRIBUTE\b/i, "changes what a type holds"],
  [/^TRUNCATE\b/i, "empties a table"],
  [/^MERGE\b.*\bTHEN DELETE\b/i, "deletes rows"],
  [
    /^ALTER (?:FOREIGN )?TABLE\b.*\b(?:RENAME (?!CONSTRAINT\b)|SET SCHEMA\b)/i,
    "gives another name to what the release before it asks for",
  ],
  [/^EXECUTE\b/i, "runs SQL that is made while it runs, which cannot be read here"],
];

/** A statement that destroys data. */
export interface Destructive extends Statement {
  why: string;
}

/** The statements of a migration that destroy data. */
export function destructiveStatements(sql: string): Destructive[] {
  return statementsOf(sql).flatMap((statement) => {
    const why = whyDestructive(statement.text);
    return why === undefined ? [] : [{ ...statement, why }];
  });
}

function whyDestructive(text: string): string | undefined {
  const pattern = patterns.find(([expression]) => expression.test(text));
  if (pattern !== undefined) return pattern[1];
  if (!/^(?:WITH|DELETE|UPDATE)\b/i.test(text)) return undefined;
  if (isUnlimited(text, /\bDELETE FROM\b/gi)) return "deletes every row";
  return isUnlimited(text, /(?:^|[()])\s*UPDATE\b/gi) ? "overwrites every row" : undefined;
}

/** Whether one of the changes has no WHERE of its own, up to the parenthesis that it stands in. */
function isUnlimited(text: string, change: RegExp): boolean {
  return [...text.matchAll(change)].some(({ 0: words, index }) => {
    const own = untilClosed(text.slice(index + words.length));
    return !/\bWHERE\b/i.test(own);
  });
}

/** What stands on the same level, without the parentheses in it. */
function untilClosed(text: string): string {
  let depth = 0;
  let own = "";
  for (const character of text) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth < 0) return own;
    if (depth === 0) own += character;
  }
  return own;
}
