/** Metrics as a person names them: by name, as `stage:name`, or by a pattern of either with `*` and `?`. */

export interface NamedMetric {
  readonly stage: string;
  readonly name: string;
}

export const isMetricPattern = (metric: string): boolean => /[*?]/.test(metric);

/** How exactly a word names a metric: a name goes before `stage:name` and that before a pattern, so that a name with a star or a colon can be meant. */
export function metricMatcher(word: string): (metric: NamedMetric) => 'name' | 'full' | 'pattern' | undefined {
  const pattern = isMetricPattern(word)
    ? new RegExp(
        `^${word
          .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
          .replace(/\*+/g, '.*')
          .replaceAll('?', '.')}$`,
        'su',
      )
    : undefined;
  return ({stage, name}) => {
    if (name === word) return 'name';
    const full = `${stage}:${name}`;
    if (full === word) return 'full';
    return pattern !== undefined && (pattern.test(name) || pattern.test(full)) ? 'pattern' : undefined;
  };
}
