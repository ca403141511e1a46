/** Docker's health check: ends with 0 when the service on PORT says that it is healthy. */
try {
  const answer = await fetch(`http://127.0.0.1:${process.env["PORT"]}/health`, {
    signal: AbortSignal.timeout(2500),
  });
  if (!answer.ok) process.stdout.write(`${answer.status} ${await answer.text()}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
  process.exitCode = 1;
}
