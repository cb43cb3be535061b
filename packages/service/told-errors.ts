/** Imported by the operators' commands: what went wrong is told in a sentence, not in the stack of our own code. */
process.on('uncaughtException', (error: Error & { code?: string }) => {
  const isUsage = error.code?.startsWith('ERR_PARSE_ARGS') === true;
  process.stderr.write(`${error.message || error.code}\n`);
  process.exit(isUsage ? 2 : 1);
});
