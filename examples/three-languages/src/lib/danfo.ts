import type * as Danfo from 'danfojs-node';

const WHAT_TO_ADD = `This stage needs danfojs-node. Add these lines to the "dependencies" of package.json, then run \`npm install\`:
    "@tensorflow/tfjs": "3.21.0",
    "@tensorflow/tfjs-node": "npm:@tensorflow/tfjs@3.21.0",
    "danfojs-node": "1.1.2"
The second line puts plain JavaScript in the place of a package that downloads a program when it is installed.`;

/** danfojs-node, loaded on use; where it is not installed, the error says how to add it. */
export async function loadDanfo(): Promise<typeof Danfo> {
  try {
    return await import('danfojs-node');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw new Error(WHAT_TO_ADD);
    }
    throw error;
  }
}
