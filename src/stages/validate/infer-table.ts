import {ProfileBuilder} from '../../data/profile/profile-builder.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import {Inference, type ProposedSchema} from '../../data/schema/infer.ts';
import type {Host} from '../../host/host.ts';
import {scanTableFile} from '../shared/table-files.ts';

/** A schema for all rows of a table file. */
export async function inferTable(host: Host, path: string, read: ReadOptions): Promise<ProposedSchema> {
  const [builder, inference] = [new ProfileBuilder(), new Inference()];
  for await (const table of scanTableFile(host, path, read)) {
    builder.add(table);
    inference.add(table);
  }
  return inference.finish(builder.finish());
}
