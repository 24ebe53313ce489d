/** Where things lie in a bundle, beside the manifest and what is signed. */
export const LAYOUT = {
  model: 'model.bin',
  featurizer: 'featurizer.json',
  /** Modules of functions that the featurizer calls. */
  functions: 'functions',
  card: 'MODEL_CARD.md',
  metrics: 'metrics.json',
  gates: 'gates.json',
  findings: 'findings.json',
  /** Of the data that the model was made of: what later data is compared with. */
  profile: 'profile.json',
  /** Of a request: a Frictionless Table Schema. */
  inputSchema: 'input-schema.json',
  exampleRequest: 'example-request.csv',
  exampleResponse: 'example-response.csv',
  sbom: 'sbom.cdx.json',
  /** Lock files and the like. */
  environment: 'environment',
  licences: 'licences',
  /** Whatever else the user wants to have in it. */
  files: 'files',
} as const;
