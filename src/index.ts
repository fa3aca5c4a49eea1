// One bundle, three doors: GitHub runs this file for the step, and again, when the job ends, to undo what the step left; a
// profile that the step wrote (refresh-credentials) runs it as its credential_process.
if (process.argv[2] === 'credential-process') {
  const { credentialProcess } = await import('./signin/export/process.ts');
  await credentialProcess(process.argv[3] ?? '');
} else if (process.env.STATE_undo !== undefined) {
  const { post } = await import('./post.ts');
  await post();
} else {
  const { main } = await import('./main.ts');
  await main();
}
