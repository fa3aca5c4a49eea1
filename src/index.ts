// One bundle, three doors: GitHub runs this file for the step, and by dist/post.js when the job ends, to undo what the step
// left; a profile that the step wrote (refresh-credentials) runs it as its credential_process. The door is an argument, which
// only action.yml and that profile give: a variable could be set by an earlier step, and the step would then do nothing.
if (process.argv[2] === 'credential-process') {
  const { credentialProcess } = await import('./credential-process.ts');
  await credentialProcess(process.argv[3] ?? '');
} else if (process.argv[2] === 'post') {
  const { post } = await import('./post.ts');
  await post();
} else {
  const { main } = await import('./main.ts');
  await main();
}
