/** Which mlp this is: set when the package is built, `dev` when it is run from its sources. */
export const thisBuild = {
  version: process.env['MLP_VERSION'] ?? 'dev',
  build: process.env['MLP_BUILD'] ?? 'dev',
} as const;
