/** What people write where a value of their own belongs. */
const example =
  /^(?:change[\s_-]?(?:me|this|it)\b.*|your[\s_-].*|(?:my|insert|enter|put|add)[\s_-].*(?:here|secret|password|key|token)|replace[\s_-]?(?:me|this|with)\b.*|<[^<>]+>|\[[^[\]]+\]|\{\{.*\}\}|x{3,}|\*{3,}|\.{3,}|to-?do\b.*|fix-?me\b.*|placeholder.*|example[\s_-].*|.*[\s_-](?:change[\s_-]?me|goes[\s_-]here|placeholder))$/i;

/** Words that are no secret, where a secret belongs. */
const noSecret =
  /^(?:password|passw0rd|passwd|secret|default|example|sample|test|demo|admin|root|postgres|redis|token|key|none|null|1234+\d*|qwerty|letmein)$/i;

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
  if (password !== undefined) return example.test(password) || noSecret.test(password);
  return example.test(value) || (secretName.test(name) && noSecret.test(value));
}
