/** What people write where a value of their own belongs, whatever stands behind it: "CHANGE_ME_IN_PRODUCTION". */
const example =
  /^(?:change[\s_-]?(?:me|this|it)(?![a-z]).*|replace[\s_-]?(?:me|this|with)(?![a-z]).*|your[_-].*|<[^<>]+>|\[[^[\]]+\]|\{\{.*\}\}|x{3,}|\*{3,}|\.{3,}|fix-?me(?![a-z]).*|placeholder.*|.*[\s_-](?:change[\s_-]?me|goes[\s_-]here|placeholder))$/i;

/** What nobody writes small by chance. */
const toDo = /^(?:TODO|TBD)(?![A-Za-z])/;

/** What is an example only where a secret belongs: a shop may be called "Your shop", and a database "todo". */
const exampleOfSecret =
  /^(?:your\s.*|(?:my|insert|enter|put|add)[\s_-].*(?:secret|password|key|token)|to-?do(?![a-z]).*|example[\s_-].*|.*[\s_-]here)$/i;

/** Words that are no secret, where a secret belongs, with some digits behind them too. */
const noSecret =
  /^(?:(?:my|your|the|super|dev|test|default)?[\s_-]?(?:password|passw0rd|passwd|pass|secret|token|key)(?:[\s_-]?(?:key|token))?|default|example|sample|dummy|dev|development|test|demo|admin|root|postgres|redis|none|null|abc|qwerty|letmein|(?=1234)\d+)(?:[\s_-]?\d{1,4})?!?$/i;

const secretName = /PASS|PWD|SECRET|TOKEN|CREDENTIAL|PRIVATE|SALT|(?:API|ACCESS|ENCRYPTION|SIGNING)_?KEY/i;

/** The password of a URL such as postgres://user:password@host. */
const inUrl = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:([^\s/?#@]+)@/i;

/** The names of the variables whose value is an example's, so that everybody knows it. */
export function placeholders(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables)
    .filter(([name, value]) => isPlaceholder(name, value.trim()))
    .map(([name]) => name);
}

function isPlaceholder(name: string, value: string): boolean {
  const password = inUrl.exec(value)?.[1];
  const secret = password ?? (secretName.test(name) ? value : undefined);
  if (example.test(password ?? value) || toDo.test(value)) return true;
  return secret !== undefined && (exampleOfSecret.test(secret) || noSecret.test(secret));
}
