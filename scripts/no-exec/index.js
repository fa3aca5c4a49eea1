// Stands in for @actions/exec in the bundle. @actions/core imports it for platform.getDetails() alone, which nothing here calls; the
// real one loads node:child_process, which costs 2 ms at every start of the step.
export function getExecOutput() {
  throw new Error('@actions/exec is not in this bundle: nothing here starts programs by it');
}
