import { Failure } from "../errors/index.ts";

/**
 * Asks what changes nothing, or joins in where somebody asks the very same at this moment. Each who asked
 * waits for as long as the own signal lets it; the asking is ended when nobody waits for it any more.
 *
 * @param key what tells one question from another: the arguments, the folder and the variables
 * @param freshMs how long after its asking an answer counts, in milliseconds, for those who ask later; 0 unless told
 * @throws Failure INTERRUPTED when the own signal fires, and what `ask` throws.
 */
export type Share = <Answer>(
  key: string,
  ask: (signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal | undefined,
  freshMs?: number,
) => Promise<Answer>;

interface Question {
  answer: Promise<unknown>;
  answered: boolean;
  failed: boolean;
  /** Until when its answer counts, as `performance.now` counts. */
  freshUntil: number;
  waiting: number;
  nobodyWaits: AbortController;
}

/**
 * Something to share questions by: what is asked twice by way of it, at the same moment, is asked once. What it remembers
 * goes with it.
 */
export function createShare(): Share {
  const asked = new Map<string, Question>();
  return async <Answer>(
    key: string,
    ask: (signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal | undefined,
    freshMs = 0,
  ) => {
    const known = asked.get(key);
    const question = known !== undefined && isOpen(known) ? known : begin(ask, freshMs);
    asked.set(key, question);
    question.waiting += 1;
    try {
      // The same question has the same kind of answer.
      return (await Promise.race([question.answer, interruption(signal)])) as Answer;
    } finally {
      question.waiting -= 1;
      if (question.waiting === 0 && !isFresh(question)) {
        if (asked.get(key) === question) asked.delete(key);
        if (!question.answered) question.nobodyWaits.abort();
      }
    }
  };
}

/** Whether one who asks now may have its answer. */
function isOpen(question: Question): boolean {
  return question.waiting > 0 || isFresh(question);
}

function isFresh({ answered, failed, freshUntil }: Question): boolean {
  return answered && !failed && performance.now() < freshUntil;
}

function begin(ask: (signal: AbortSignal) => Promise<unknown>, freshMs: number): Question {
  const nobodyWaits = new AbortController();
  const question: Question = {
    answer: ask(nobodyWaits.signal),
    answered: false,
    failed: false,
    freshUntil: performance.now() + freshMs,
    waiting: 0,
    nobodyWaits,
  };
  const isAnswered = (failed: boolean) => () => Object.assign(question, { answered: true, failed });
  // Also what failed is an answer, and the last who waited for it may have left.
  void question.answer.then(isAnswered(false), isAnswered(true));
  return question;
}

function interruption(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () =>
      reject(
        new Failure("INTERRUPTED", { message: "a question was interrupted", remedy: "run the script again" }),
      );
    if (signal?.aborted) refuse();
    signal?.addEventListener("abort", refuse, { once: true });
  });
}
