// How long the action waits for a connection and for its answers, in milliseconds; how often it tries is in retry.ts. A wait for
// something of one job (an invalidation, the Docker daemon) stands where that job waits.

/** For the answer to one call, with the connection that it needs. */
export const CALL_MS = 10_000;

/** A connection on which no byte moves for this long is lost; for requests with a small body. */
export const IDLE_MS = 10_000;

/** The same while a layer is sent: a registry may work on what it got before it takes more. */
export const UPLOAD_IDLE_MS = 60_000;

/** For a program that a profile starts (`credential_process`): it may ask a slow service. */
export const PROGRAM_MS = 60_000;

/** For work that was told to stop: the runner itself kills the step ten seconds after a cancel. */
export const STOPPING_MS = 5_000;

/** After the step: the process ends then, whatever was given up and is still under way. */
export const LINGER_MS = 1_000;
