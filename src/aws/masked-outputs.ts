/** The runner leaves out every output of a job that has a masked value in it: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idoutputs */
export const MASKED_OUTPUTS =
  'Outputs that are masked are for steps of this job: GitHub leaves them out of the outputs of a job, and another job has to read them itself.';
