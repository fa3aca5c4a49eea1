// How long the action waits for each thing, in milliseconds. How often it tries is in retry.ts.

/** For a connection to be made. */
export const CONNECT_MS = 5_000;

/** For the answer to one call. */
export const CALL_MS = 10_000;

/** A connection on which no byte moves for this long is lost; for requests with a small body. */
export const IDLE_MS = 10_000;

/** The same while a layer is sent: a registry may work on what it got before it takes more. */
export const UPLOAD_IDLE_MS = 60_000;

/** For the metadata service of the machine, which is near or not there at all. */
export const METADATA_MS = 1_000;

/** For a program that a profile starts (`credential_process`): it may ask a slow service. */
export const PROGRAM_MS = 60_000;

/** For CloudFront to have carried out an invalidation: mostly minutes. */
export const INVALIDATION_MS = 30 * 60_000;

/** For S3 to have replicated what was uploaded: most objects within 15 minutes, large ones within hours. */
export const REPLICATION_MS = 60 * 60_000;

/** For the Docker daemon to say anything at all. */
export const DAEMON_MS = 10_000;

/** For the Docker daemon to begin with an image: older ones write all of it to a disk first. */
export const DAEMON_SAVE_MS = 10 * 60_000;

/** For work that was told to stop: the runner itself kills the step ten seconds after a cancel. */
export const STOPPING_MS = 5_000;

/** After the step: the process ends then, whatever was given up and is still under way. */
export const LINGER_MS = 1_000;
