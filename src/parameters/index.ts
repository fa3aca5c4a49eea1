import { noteSecretFile } from '../base/secret-files.ts';
import type { Access, Job } from '../job.ts';
import { writeEnvFile } from './deliver/dotenv-file.ts';
import { writeDotenv } from './deliver/write-dotenv.ts';
import { type ParametersPlan, placeOf, planParameters } from './plan.ts';
import { permissionsFor } from './read/permissions.ts';
import { describeParameters, reportParameters } from './report.ts';
import type { ParametersRequest } from './request.ts';

/** Brings parameters of SSM to the job: as variables, outputs, a .env file; whole, masked, all or none. */
export function parametersJob(request: ParametersRequest, access: Access): Job<ParametersPlan, true> {
  return {
    name: 'parameters',
    plan: () => planParameters(request, access),
    permissions: ({ reads, encrypted }) => permissionsFor(reads, encrypted, placeOf(access)),
    apply: async (plan) => {
      deliver(plan, access);
      return true;
    },
    report: (plan, applied) => reportParameters(plan, { applied: applied === true }),
    describe: describeParameters,
  };
}

/** The file first: it is the part that can fail. */
function deliver({ entries, exportTo, file }: ParametersPlan, { runner }: Access): void {
  if (file) {
    noteSecretFile(file.path, runner);
    writeEnvFile(file, writeDotenv(entries, file.dialect), runner);
  }
  const values = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  if (exportTo === 'env') runner.exportVariables(values);
  if (exportTo === 'outputs') runner.outputs(values);
}
