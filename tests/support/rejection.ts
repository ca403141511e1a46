/** What a promise was rejected with; a promise that was kept is a failed test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error("it was expected to fail, and did not");
}
