import type {KindSettings} from '../kind.ts';

export interface PredictSettings {
  readonly label?: string;
  readonly id?: string;
  readonly weight?: string;
  readonly keep?: readonly string[];
}

export async function predictSettings(): Promise<KindSettings> {
  const z = await import('zod');
  const name = z.string().min(1);
  return {
    schema: z.strictObject({
      label: name
        .optional()
        .describe('Column that becomes `y_true`. Default: the label that the model was trained on, if there.'),
      id: name
        .optional()
        .describe('Column that becomes `row_id`. Default: `row_id`, else the number of the row from 1.'),
      weight: name.optional().describe('Column that becomes `weight`.'),
      keep: z.array(name).optional().describe('Other columns to write, for slices. Default: all that are no features.'),
    }),
  };
}
