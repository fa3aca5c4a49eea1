// One bundle, two doors: GitHub runs this file for the step, and again, when the job ends, to undo what the step left.
if (process.env.STATE_undo !== undefined) {
  const { post } = await import('./post.ts');
  await post();
} else {
  const { main } = await import('./main.ts');
  await main();
}
