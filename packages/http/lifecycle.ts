/** Requests under way may take so long to end; then the process ends without them. */
const stopMaxMs = 10_000;

/**
 * Stops this process in an orderly way, once: on SIGTERM or SIGINT, and when the supervisor that started it with an IPC channel is
 * gone, so that a killed supervisor leaves no orphans. `stop` closes the server, then the log and the database.
 */
export function stopWithSupervisor(stop: () => Promise<void>): void {
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopMaxMs).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', end);
  // The pipes of a supervisor that is gone: nobody reads these lines any more.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
