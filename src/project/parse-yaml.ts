/** YAML of metrics files; the package is loaded on use. */
export async function parseYaml(text: string): Promise<unknown> {
  const {parse} = await import('yaml');
  return parse(text) as unknown;
}
