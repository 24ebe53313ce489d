/** Where the code of a stage begins. Found from text alone, so that it can be kept in the plan. */
export interface CodeEntry {
  /** Name of the family member. */
  readonly language: string;
  /** Project path of the script or module. */
  readonly script: string;
  /** As written in the command, e.g. `python3.11`; '' for functions. */
  readonly interpreter: string;
  /** Folder, relative to the project, against which the process resolves its own relative paths and imports. */
  readonly cwd: string;
  /** For functions: the export that is called. */
  readonly exportName?: string;
  /** For a function that the settings of a built-in stage name, and not `run`. */
  readonly namedBy?: 'with';
  /** For `python -m`: the dotted name; `script` is then where its file would be by the plain rule. */
  readonly module?: string;
  /** Words before the interpreter that choose its environment, e.g. ['uv', 'run']; left out when there are none. */
  readonly launcher?: readonly string[];
}
