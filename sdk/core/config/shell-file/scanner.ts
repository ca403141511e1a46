/** Where a shell file cannot be read as plain assignments. */
export class ShellFileFault extends Error {
  readonly line: number;
  readonly key: string | undefined;

  constructor(line: number, key: string | undefined, problem: string) {
    super(problem);
    this.line = line;
    this.key = key;
  }
}

/** A place in the text of a shell file, and the key that is being read there. */
export class Scanner {
  at = 0;
  key: string | undefined;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text.replaceAll("\r\n", "\n");
  }

  get done(): boolean {
    return this.at >= this.#text.length;
  }

  get line(): number {
    return this.#text.slice(0, this.at).split("\n").length;
  }

  /** The next characters, without taking them. */
  peek(length = 1): string {
    return this.#text.slice(this.at, this.at + length);
  }

  /** Takes what matches right here; undefined when it does not. The expression has to be sticky. */
  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.#text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }

  fault(problem: string, line = this.line): ShellFileFault {
    return new ShellFileFault(line, this.key, problem);
  }
}
