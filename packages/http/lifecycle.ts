/** Requests under way may take so long to end; then the process ends without them. */
const stopMaxMs = 10_000;

/**
 * Stops this process in an orderly way, once: on SIGTERM or SIGINT; when the supervisor that started it with an IPC channel is gone, so
 * that a killed supervisor leaves no orphans; and, with exit code 1, when `failed` rejects. `stop` closes the server, then the log and
 * the database.
 */
export function stopWithSupervisor(stop: () => Promise<void>, failed?: Promise<unknown>): void {
  let stopping = false;
  const end = (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopMaxMs).unref();
    stop().then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', () => end(0));
  process.on('SIGINT', () => end(0));
  process.on('disconnect', () => end(0));
  // It may have gone while this process was starting. Undefined: there never was one.
  if (process.connected === false) end(0);
  failed?.catch(() => end(1));
  // The pipes of a supervisor that is gone: nobody reads these lines any more.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
