import { Failure } from "../errors/index.ts";

/**
 * Asks what changes nothing, or joins in where somebody asks the very same at this moment. Each who asked
 * waits for as long as the own signal lets it; the asking is ended when nobody waits for it any more.
 *
 * @param key what tells one question from another: the arguments, the folder and the variables
 * @throws Failure INTERRUPTED when the own signal fires, and what `ask` throws.
 */
export type Share = <Answer>(
  key: string,
  ask: (signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal | undefined,
) => Promise<Answer>;

interface Question {
  answer: Promise<unknown>;
  answered: boolean;
  waiting: number;
  nobodyWaits: AbortController;
}

/** Something to share questions by: what is asked twice by way of it, at the same moment, is asked once. */
export function createShare(): Share {
  const asked = new Map<string, Question>();
  return async <Answer>(
    key: string,
    ask: (signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal | undefined,
  ) => {
    const question = asked.get(key) ?? begin(ask);
    asked.set(key, question);
    question.waiting += 1;
    try {
      // The same question has the same kind of answer.
      return (await Promise.race([question.answer, interruption(signal)])) as Answer;
    } finally {
      question.waiting -= 1;
      if (question.waiting === 0) {
        asked.delete(key);
        if (!question.answered) question.nobodyWaits.abort();
      }
    }
  };
}

function begin(ask: (signal: AbortSignal) => Promise<unknown>): Question {
  const nobodyWaits = new AbortController();
  const question = { answer: ask(nobodyWaits.signal), answered: false, waiting: 0, nobodyWaits };
  const isAnswered = () => {
    question.answered = true;
  };
  // Also what failed is an answer, and the last who waited for it may have left.
  void question.answer.then(isAnswered, isAnswered);
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
