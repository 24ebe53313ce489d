import type {Env} from './host.ts';

/** The environment of this process. */
export function createEnv(): Env {
  return {
    get: (name) => process.env[name],
    all: () => {
      const variables: {[name: string]: string} = {};
      for (const [name, value] of Object.entries(process.env)) if (value !== undefined) variables[name] = value;
      return variables;
    },
  };
}
